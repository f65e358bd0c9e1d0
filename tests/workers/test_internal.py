"""The internal interface, without the facade."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from feel import Evaluator
from functions.catalogue import Catalogue
from functions.composition import Shared
from functions.execution import EXECUTE_PATH, PREFETCH_PATH, TRY_PATH
from functions.invocation import Invocation
from functions.outcome import Outputs
from functions.reading import Source
from functions.runner import RunnableFunction, Runner, Runs
from functions.surroundings import Surroundings
from functions.systems import Environment
from functions.trial import Trials
from tests.functions.declared import ACCOUNT, SYSTEM, declared, source
from tests.workers.tasks import Tasks
from tests.workers.worker import Clock, Heard, endings
from workers.declarations import Declarations
from workers.execution import Execution
from workers.internal import Desk
from workers.prefetching import Prefetching

TOKEN = "a-token-of-the-test"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
CALL: dict[str, Any] = {
    "function": "billing.get_balance",
    "inputs": {"account": ACCOUNT},
    "session_id": "s-1",
    "activity_id": "get_balance",
    "correlation_id": "c-1",
}


class Ground:
    """A desk over functions in memory; notes the invocations of what is prefetched."""

    def __init__(self, token: str | None = TOKEN, *, prefetch: bool = True) -> None:
        self.heard, self.invocations = Heard(), list[Invocation]()
        clock, evaluator = Clock(), Evaluator()
        environment, surroundings = Environment({}), Surroundings()
        self.endings = endings(Tasks(), clock, self.heard)
        function = declared(cache={"ttl": "60s"}, prefetch=prefetch)
        self.functions: Mapping[str, RunnableFunction] = {
            function.name: RunnableFunction(function, self._call, Runs(clock))
        }
        self.prefetching = Prefetching(lambda: self.functions, self.endings)

        def runner(catalogue: Catalogue) -> Runner:
            return Runner(catalogue, environment, evaluator, surroundings, Shared())

        desk = Desk(
            SecretStr(token) if token else None,
            Declarations(_sources, evaluator, runner),
            Trials(environment, evaluator, surroundings),
            self.endings.called,
            self.prefetching,
            Execution(lambda: self.functions, self.endings),
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=desk.routes())), base_url="http://worker"
        )

    async def _call(self, invocation: Invocation) -> Outputs:
        self.invocations.append(invocation)
        return {"balance": 5}

    async def post(self, path: str, body: Any, headers: Mapping[str, str] = KNOWN) -> httpx.Response:
        async with self.endings.sending(), self.client:
            response = await self.client.post(path, content=json.dumps(body), headers=dict(headers))
            for running in list(self.prefetching._running):
                await running
            return response


async def _sources() -> list[Source]:
    return [Source("systems/billing.yaml", SYSTEM), source()]


@pytest.mark.parametrize("path", [TRY_PATH, PREFETCH_PATH, EXECUTE_PATH])
@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        (None, KNOWN, 404),
        (None, {"Authorization": "Bearer None"}, 404),
        (TOKEN, {}, 401),
        (TOKEN, {"Authorization": TOKEN}, 401),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}x"}, 401),
    ],
)
async def test_nobody_but_the_facade_is_let_in(
    path: str, token: str | None, headers: dict[str, str], status: int
) -> None:
    response = await Ground(token).post(path, {"name": "billing.get_balance"}, headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (TRY_PATH, {}, 422),
        (TRY_PATH, {"name": "billing.get_balance", "more": 1}, 422),
        (TRY_PATH, [], 422),
        (TRY_PATH, {"name": "x" * 1_000_001}, 413),
        (TRY_PATH, {"name": "billing.nothing"}, 404),
        (TRY_PATH, {"name": "billing.get_balance", "inputs": {"account": ACCOUNT}}, 409),
        (PREFETCH_PATH, {"calls": [CALL] * 21}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(path: str, body: Any, status: int) -> None:
    response = await Ground().post(path, body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert ACCOUNT not in response.text


async def test_a_prefetch_runs_as_the_task_would_and_is_counted_as_what_it_is() -> None:
    here = Ground()
    response = await here.post(PREFETCH_PATH, {"calls": [CALL | {"tenant": "north", "customer": "c-7"}]})
    assert (response.status_code, response.content) == (202, b"")
    [invocation] = here.invocations
    context = invocation.context
    assert invocation.inputs == {"account": ACCOUNT}
    assert (context.session_id, context.activity_id, context.tenant, context.customer) == (
        "s-1",
        "get_balance",
        "north",
        "c-7",
    )
    [event] = here.heard.called
    assert (event.purpose, event.function, event.outcome) == ("prefetch", "billing.get_balance", "succeeded")
    assert here.heard.changed == [], "no session has moved"


@pytest.mark.parametrize("call", [CALL | {"function": "billing.nothing"}, CALL | {"inputs": {"account": "7"}}])
async def test_a_prefetch_of_nothing_calls_nobody(call: dict[str, Any]) -> None:
    here = Ground()
    assert (await here.post(PREFETCH_PATH, {"calls": [call]})).status_code == 202
    assert here.invocations == []


async def test_what_is_not_declared_to_be_prefetched_any_more_is_not() -> None:
    here = Ground(prefetch=False)
    assert (await here.post(PREFETCH_PATH, {"calls": [CALL]})).status_code == 202
    assert here.invocations == []


EXECUTE: dict[str, Any] = {
    "function": "billing.get_balance",
    "variables": {"account": ACCOUNT, "q": "typed"},
    "session_id": "s-1",
    "activity_id": "ask",
    "correlation_id": "c-1",
}


async def test_a_read_function_is_run_for_who_waits_for_it() -> None:
    ground = Ground()
    response = await ground.post(EXECUTE_PATH, EXECUTE)
    assert (response.status_code, response.json()["outcome"]) == (200, "succeeded")
    assert response.json()["outputs"] == {"balance": 5}
    [invocation] = ground.invocations
    assert invocation.inputs == {"account": ACCOUNT}
    [event] = ground.heard.called
    assert (event.purpose, event.session_id, event.activity_id) == ("options", "s-1", "ask")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"function": "billing.none"}, 404), ({"variables": None}, 422), ({"more": 1}, 422)],
)
async def test_what_can_not_be_run_is_refused(changes: Mapping[str, Any], status: int) -> None:
    ground = Ground()
    assert (await ground.post(EXECUTE_PATH, {**EXECUTE, **changes})).status_code == status
    assert ground.invocations == []


async def test_a_function_that_changes_something_is_not_run() -> None:
    ground = Ground()
    function = declared(effect="irreversible", idempotency_header="Idempotency-Key")
    ground.functions = {function.name: RunnableFunction(function, ground._call, Runs(Clock()))}
    response = await ground.post(EXECUTE_PATH, EXECUTE)
    assert (response.status_code, response.json()["type"]) == (409, "urn:script-manager:problem:trial-refused")
    assert ground.invocations == []
