"""A simulated operator, who walks sessions through the script API and waits for it as a person would."""

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bench.replay.workload import Answers, Walk

PATIENCE = 20.0
"""Seconds that the facade is asked to hold an answer back while functions run."""
_GIVES_UP_AFTER = 90.0
"""Seconds after which a request is given up."""
_TRIES = 5
"""How often one thing is tried before the session is cancelled."""
_STEPS = 30
"""More steps than any session has."""

Json = Mapping[str, Any]
Sleep = Callable[[float], Awaitable[None]]


class ApiRefused(Exception):
    """The script API refused what a walk needs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as the operator saw it."""

    key: str
    data: Json
    at: datetime


@dataclass(slots=True)
class Walked:
    """What became of one walk.

    Attributes:
        session_id: None where it could not be started.
        state: in the end: ``ended``, ``cancelled``, or ``refused`` where the API did.
        waits: seconds of every wait for something to be shown, in order.
        failures: how often the operator was told that a function had failed.
        shown: the steps that were seen.
        history: the session's own.
    """

    walk: Walk
    correlation_id: str
    session_id: str | None = None
    state: str = "refused"
    waits: list[float] = field(default_factory=list)
    failures: int = 0
    shown: list[Shown] = field(default_factory=list)
    history: list[Json] = field(default_factory=list)


class Operator:
    """Walks sessions.

    Args:
        api: session of the facade, with its address and an operator's key.
        think: waits so many seconds.
    """

    def __init__(self, api: aiohttp.ClientSession, think: Sleep) -> None:
        self._api = api
        self._think = think

    async def walk(self, walk: Walk, correlation_id: str) -> Walked:
        """Walk one session to its end.

        Args:
            walk: what the customer and the operator say.
            correlation_id: by which the systems' logs tell whose call it was.
        """
        walked = Walked(walk, correlation_id)
        try:
            view = await self._to_the_end(walked, await self._start(walked))
            walked.state = view["state"]
        except ApiRefused:
            walked.state = "refused"
        if walked.session_id is not None:
            walked.history = await self._send("GET", f"sessions/{walked.session_id}/history")
        return walked

    async def _start(self, walked: Walked) -> Json:
        walk = walked.walk
        body = {"script": walk.script, "channel": walk.channel, "variables": walk.variables}
        if walk.known:
            body["customer"] = walk.account
        began = time.monotonic()
        view = await self._send("POST", "sessions", body=body, correlation_id=walked.correlation_id)
        walked.session_id = view["id"]
        return await self._until_something_shows(walked, view, began)

    async def _to_the_end(self, walked: Walked, view: Json) -> Json:
        thinking = list(walked.walk.thinking)
        for number in range(_STEPS):
            match view["state"]:
                case "active" if "retry" not in view["step"]["actions"]:
                    step = view["step"]
                    walked.shown.append(Shown(step["key"], step["data"], datetime.now(UTC)))
                    view = await self._answer(walked, step, thinking[number % len(thinking)])
                case "active" | "failed":
                    view = await self._try_again(walked)
                case _:
                    return view
        return await self._act(walked, "cancel", {"reason": "too many steps"})

    async def _answer(self, walked: Walked, step: Json, thinking: float) -> Json:
        """Answer a step: typed by half of its time, when the player sends what was typed, and read back in the rest."""
        body = {"step": step["id"], "answers": _chosen(walked.walk.answers.get(step["key"], {}), step)}
        await self._think(thinking / 2)
        if body["answers"]:
            await self._send("PUT", f"sessions/{walked.session_id}/input", body=body)
        await self._think(thinking / 2)
        return await self._act(walked, "submit", body)

    async def _try_again(self, walked: Walked) -> Json:
        walked.failures += 1
        if walked.failures > _TRIES:
            return await self._act(walked, "cancel", {"reason": "a system is down"})
        return await self._act(walked, "retry", {})

    async def _act(self, walked: Walked, act: str, body: Json) -> Json:
        began = time.monotonic()
        view = await self._send("POST", f"sessions/{walked.session_id}/{act}", body=body)
        return await self._until_something_shows(walked, view, began)

    async def _until_something_shows(self, walked: Walked, view: Json, began: float) -> Json:
        while view["state"] == "working" and time.monotonic() - began < _GIVES_UP_AFTER:
            view = await self._send("GET", f"sessions/{walked.session_id}?wait={PATIENCE:g}")
        walked.waits.append(time.monotonic() - began)
        return view

    async def _send(self, method: str, path: str, *, body: Json | None = None, correlation_id: str = "") -> Any:
        """Send a request, again under the same key where the API is not available for a moment."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if body is not None else {}
        if correlation_id:
            headers["X-Correlation-Id"] = correlation_id
        said = "nothing"
        for _ in range(_TRIES):
            try:
                async with self._api.request(method, path, json=body, headers=headers) as response:
                    if response.ok:
                        return await response.json()
                    said = f"{response.status} {await response.text()}"
                    if response.status < 500:
                        break
            except (aiohttp.ClientError, TimeoutError) as error:
                said = type(error).__name__
        raise ApiRefused(f"{method} {path}: {said[:500]}")


def session_of_operator(facade: str, key: str) -> aiohttp.ClientSession:
    """Open the script API for operators."""
    return aiohttp.ClientSession(
        f"{facade}/api/v1/",
        headers={"Authorization": f"Bearer {key}"},
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=PATIENCE + _GIVES_UP_AFTER),
    )


def _chosen(answers: Answers, step: Json) -> Json:
    """The answers, with the options that the script itself offers at this moment."""
    offered = {component.get("key"): component.get("valuesKey") for component in step["form"]["components"]}
    return {
        name: _option(step["data"][offered[name]], answer) if isinstance(answer, dict) else answer
        for name, answer in answers.items()
    }


def _option(offered: Sequence[Json], wanted: Json) -> Any:
    return offered[wanted["option"] % len(offered)]["value"]
