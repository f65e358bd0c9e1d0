"""A simulated operator against a script API that says what each test wants."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.replay.operator import Operator, Walked, session_of_operator
from bench.replay.workload import Walk

STEP = {
    "id": "task-1",
    "key": "choose",
    "actions": ["next", "cancel"],
    "data": {"offers": [{"value": "small"}, {"value": "large"}]},
    "form": {"components": [{"type": "text"}, {"key": "offer", "valuesKey": "offers"}, {"key": "consent"}]},
}
ACTIVE = {"id": "s", "state": "active", "step": STEP}
MANUAL = {"id": "s", "state": "active", "step": {**STEP, "actions": ["next", "retry", "cancel"]}}
WORKING = {"id": "s", "state": "working", "step": None}
FAILED = {"id": "s", "state": "failed", "step": None}
ENDED = {"id": "s", "state": "ended", "step": None}
CANCELLED = {"id": "s", "state": "cancelled", "step": None}
WALK = Walk(
    number=1,
    script="s",
    channel="crm",
    account="1000000001",
    known=True,
    variables={"account": "1000000001"},
    answers={"choose": {"offer": {"option": 3}, "consent": True}},
    thinking=[8.0, 6.0],
)


class Api:
    """Answers with the given views in turn, or statuses, and remembers what it was asked."""

    def __init__(self, *views: Any) -> None:
        self._views = list(views)
        self.asked: list[tuple[str, str, Any, str | None]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        path = request.path.removeprefix("/api/v1/")
        self.asked.append((request.method, path, body, request.headers.get("Idempotency-Key")))
        if path.endswith("/history"):
            return web.json_response([])
        if path.endswith("/input"):
            return web.json_response({})
        view = self._views.pop(0)
        return web.Response(status=view) if isinstance(view, int) else web.json_response(view)

    @asynccontextmanager
    async def operator(self, think: Callable[[float], Any]) -> AsyncIterator[Operator]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self.answer)
        async with TestServer(application) as server, session_of_operator(str(server.make_url("")), "key") as session:
            yield Operator(session, think)


async def walk(api: Api, thought: list[float] | None = None) -> Walked:
    async def think(seconds: float) -> None:
        if thought is not None:
            thought.append(seconds)

    async with api.operator(think) as operator:
        return await operator.walk(WALK, "replay-1")


async def test_a_session_is_walked_to_its_end() -> None:
    api, thought = Api(WORKING, ACTIVE, WORKING, ACTIVE, ENDED), list[float]()
    walked = await walk(api, thought)
    answers = {"offer": "large", "consent": True}
    assert [(method, path, body) for method, path, body, _ in api.asked] == [
        ("POST", "sessions", {"script": "s", "channel": "crm", "variables": WALK.variables, "customer": WALK.account}),
        ("GET", "sessions/s", None),
        ("PUT", "sessions/s/input", {"step": "task-1", "answers": answers}),
        ("POST", "sessions/s/submit", {"step": "task-1", "answers": answers}),
        ("GET", "sessions/s", None),
        ("PUT", "sessions/s/input", {"step": "task-1", "answers": answers}),
        ("POST", "sessions/s/submit", {"step": "task-1", "answers": answers}),
        ("GET", "sessions/s/history", None),
    ]
    assert thought == [4.0, 4.0, 3.0, 3.0]
    assert (walked.state, walked.failures, len(walked.waits)) == ("ended", 0, 3)
    assert [shown.key for shown in walked.shown] == ["choose", "choose"]


@pytest.mark.parametrize("trouble", [FAILED, MANUAL])
async def test_a_failed_function_is_tried_again(trouble: dict[str, Any]) -> None:
    walked = await walk(Api(ACTIVE, trouble, trouble, ENDED))
    assert (walked.state, walked.failures, len(walked.waits)) == ("ended", 2, 4)


async def test_a_session_is_cancelled_when_nothing_helps() -> None:
    api = Api(ACTIVE, *[FAILED] * 6, CANCELLED)
    walked = await walk(api)
    assert (walked.state, walked.failures) == ("cancelled", 6)
    assert api.asked[-2][1] == "sessions/s/cancel"


async def test_a_request_is_sent_again_under_the_same_key() -> None:
    api = Api(503, ACTIVE, ENDED)
    walked = await walk(api)
    assert walked.state == "ended"
    assert api.asked[0] == api.asked[1]
    assert api.asked[0][3] is not None


@pytest.mark.parametrize("views", [[404], [503] * 5, [ACTIVE, 422]])
async def test_a_walk_that_the_api_refuses_is_no_end(views: list[Any]) -> None:
    walked = await walk(Api(*views))
    assert walked.state == "refused"
