"""kill -9 of a worker under load: every task finishes, and no irreversible call is made twice."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import Engine, EngineSettings
from stack.running import Running
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.scenario import Ask, CallFunction, Scenario
from tests.fakes.served import served
from tests.functions.declared import SYSTEM, source
from tests.functions.raw_system import http, raw_system
from tests.workers.process import migrated_database, worker_process

SCENARIO = Scenario("payment", (CallFunction("billing.pay"), Ask("tell")))
SESSIONS = 60
KEY = re.compile(rb"idempotency-key: (\w+)", re.IGNORECASE)


class Billing:
    """Makes payments, answers slowly, and knows which keys it has seen; nothing keeps it from paying twice."""

    def __init__(self) -> None:
        self.paid: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.half_paid = asyncio.Event()

    async def __call__(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        if request.startswith(b"GET"):
            key = request.split(b" ")[1].decode().rsplit("/", 1)[1]
            self.asked[key] += 1
            writer.write(http(200, json.dumps({"id": key}).encode()) if key in self.paid else http(404, b"{}"))
            return
        match = KEY.search(request)
        assert match is not None
        self.paid[match[1].decode()] += 1
        if self.paid.total() == SESSIONS // 2:
            self.half_paid.set()
        await asyncio.sleep(0.2)
        writer.write(http(200, json.dumps({"id": match[1].decode()}).encode()))


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    pay = source(
        name="billing.pay",
        effect="irreversible",
        idempotency_header="Idempotency-Key",
        confirm="billing.find",
        inputs=None,
        call={"http": {"method": "POST", "path": "/payments"}},
        outputs={"payment": "response.id"},
        errors=None,
    )
    find = source(
        name="billing.find",
        inputs=[{"name": "idempotency_key", "type": "string", "required": True}],
        call={"http": {"method": "GET", "path": "/payments/{idempotency_key}"}},
        outputs={"payment": "response.id"},
        errors=[{"when": "status = 404", "bpmn_error": "NOT_HAPPENED"}],
    )
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "billing.yaml").write_text(SYSTEM, encoding="utf-8")
    for declaration in (pay, find):
        (tmp_path / declaration.file).write_text(declaration.text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with migrated_database(stack) as url:
        yield url


async def test_a_killed_worker_loses_nothing_and_repeats_nothing(declared: Path, database: str) -> None:
    ahead = timedelta()
    fake = FakeEngine(lambda: datetime.now(UTC) + ahead)
    definition = fake.define(SCENARIO)
    billing = Billing()
    async with served(fake) as root, raw_system(billing) as system, Engine(EngineSettings(root + PATH)) as engine:
        for number in range(SESSIONS):
            await engine.processes.start(definition, business_key=f"s-{number}", variables={})
        async with worker_process(root + PATH, system.url, declared, database, 0) as first:
            await billing.half_paid.wait()
            first.process.kill()
            await first.process.wait()
        left = [number for number in range(SESSIONS) if not await engine.user_tasks.waiting(f"s-{number}")]
        assert left, "it was killed in the middle of its work"
        ahead = timedelta(minutes=1)  # the dead worker's locks end
        async with worker_process(root + PATH, system.url, declared, database, 0), asyncio.timeout(60):
            for number in left:
                while not await engine.user_tasks.waiting(f"s-{number}"):  # noqa: ASYNC110 - as an operator would
                    await asyncio.sleep(0.05)
    assert len(billing.paid) == SESSIONS
    assert set(billing.paid.values()) == {1}
    assert billing.asked, "the second worker asked what the first one had done"
