"""The shipped scripts in a second tenant: a rollout of its own, sessions of its own, the same systems behind."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from stack.running import Running
from store.database import open_database
from store.keys import Keys
from tests.acceptance.billing import Billing
from tests.acceptance.cases import CASES, cases_of
from tests.acceptance.conftest import api
from tests.acceptance.operator import Json, Operator

TENANT = "north"
SCRIPT = "text_chat_basics"
STEP = "say_goodbye"
WORDS = ("Рады помочь!", "Филиал «Север» рад помочь!")
ANSWERED = next(case for case in cases_of(SCRIPT) if case.name == "answered")


@dataclass(frozen=True)
class Pinned:
    """Releases of a script: what everybody gets, and what the second tenant does."""

    everybody: int
    tenant: int


@pytest.fixture
async def north(stack: Running) -> AsyncIterator[Operator]:
    """An operator of the second tenant."""
    key = secrets.token_urlsafe(32)
    async with open_database(stack.database_url("script_manager"), pool_size=1) as database:
        await Keys(database).put(f"operator-{TENANT}", key, roles=["operator"], tenant=TENANT)
    async with api(stack, key) as client:
        yield Operator(client)


@pytest.fixture
async def admin(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with api(stack, stack.credentials.api_keys.admin) as client:
        yield client


@pytest.fixture
async def pinned(admin: httpx.AsyncClient) -> AsyncIterator[Pinned]:
    """Another release, of other words, that a rule gives to the second tenant alone; all as before afterwards."""
    before = await read(admin, f"/scripts/{SCRIPT}/rollout")
    [everybody] = [rule["release"] for rule in before["rules"]]
    draft = await read(admin, f"/scripts/{SCRIPT}/draft")
    path = f"/scripts/{SCRIPT}/draft/files/{STEP}.form"
    form = (await admin.get(path)).text
    assert WORDS[0] in form
    await write(admin, path, draft["version"], content=form.replace(*WORDS).encode())
    try:
        published = await admin.post(f"/scripts/{SCRIPT}/releases", json={"roll_out": False})
        assert published.status_code in {200, 201}, published.text
        release = published.json()["release"]
        rules = [*before["rules"], {"tenant": TENANT, "release": release}]
        await write(admin, f"/scripts/{SCRIPT}/rollout", before["version"], json={"rules": rules})
        yield Pinned(everybody, release)
    finally:
        version = (await read(admin, f"/scripts/{SCRIPT}/draft"))["version"]
        await write(admin, path, version, content=form.encode())
        version = (await read(admin, f"/scripts/{SCRIPT}/rollout"))["version"]
        await write(admin, f"/scripts/{SCRIPT}/rollout", version, json={"rules": before["rules"]})


async def read(admin: httpx.AsyncClient, path: str) -> Json:
    response = (await admin.get(path)).raise_for_status()
    return dict(response.json())


async def write(
    admin: httpx.AsyncClient, path: str, version: int, json: object = None, content: bytes | None = None
) -> None:
    headers = {"If-Match": f'"{version}"'}
    response = await admin.put(path, json=json, content=content, headers=headers)
    assert response.status_code == 200, response.text


async def offered(operator: Operator) -> dict[str, int]:
    """The release of each script that an operator would start."""
    return {script["key"]: script["release"] for script in (await operator.api.get("/scripts")).json()}


async def test_a_tenant_gets_the_release_that_its_rule_pins(
    operator: Operator, north: Operator, pinned: Pinned
) -> None:
    theirs, ours = await offered(north), await offered(operator)
    assert (theirs[SCRIPT], ours[SCRIPT]) == (pinned.tenant, pinned.everybody)
    assert pinned.tenant > pinned.everybody
    assert theirs | {SCRIPT: 0} == ours | {SCRIPT: 0}
    said = {}
    for release, who in ((pinned.everybody, operator), (pinned.tenant, north)):
        session = await who.start(SCRIPT, "chat")
        assert session["release"] == release
        for step, given in ANSWERED.answers:
            assert session["step"]["key"] == step
            if step == STEP:
                said[release] = str(session["step"]["form"])
            session = await who.answer(session, given)
        assert (session["state"], session["result"]["end"]) == ("ended", ANSWERED.end)
    assert [words in said[pinned.everybody] for words in WORDS] == [True, False]
    assert [words in said[pinned.tenant] for words in WORDS] == [False, True]


async def test_tenants_do_not_see_each_others_sessions(operator: Operator, north: Operator, billing: Billing) -> None:
    [case] = [case for case in CASES if case.name == "no_debt"]
    for own, other in ((north, operator), (operator, north)):
        call = f"tenant-{uuid4().hex}"
        session = await own.start(correlation_id=call)
        path = f"/sessions/{session['id']}"
        assert (await other.api.get(path)).status_code == 404
        assert (await other.submit(session, case.answers[0][1])).status_code == 404
        assert (await other.api.get(f"{path}/history")).status_code == 404
        for _, given in case.answers:
            session = await own.answer(session, given)
        assert session["result"]["end"] == case.end
        assert await billing.calls(correlation_id=call)
        found = (await other.api.get("/sessions", params={"script": session["script"], "limit": 100})).json()
        assert session["id"] not in {one["id"] for one in found["items"]}
        found = (await own.api.get("/sessions", params={"script": session["script"], "limit": 100})).json()
        assert session["id"] in {one["id"] for one in found["items"]}
