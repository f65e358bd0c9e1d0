"""The facade as an operator's player uses it, over HTTP."""

from typing import Any
from uuid import uuid4

import httpx

from runtime import correlation
from tests.eventually import eventually

Json = dict[str, Any]
SCRIPT = "promised_payment"
PASSING = {409, 503}
"""Answers that say when to come back."""


class Operator:
    """Walks sessions.

    Args:
        api: a client of the facade with an operator's key.
    """

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api

    async def start(self, script: str = SCRIPT, channel: str = "crm", *, correlation_id: str | None = None) -> Json:
        """Start a session and return it with its first step."""
        headers = {correlation.HEADER: correlation_id} if correlation_id else {}
        response = await self.api.post("/sessions", json={"script": script, "channel": channel}, headers=headers)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def submit(self, session: Json, answers: Json, *, key: str | None = None, wait: float = 20) -> httpx.Response:
        """Answer the session's current step."""
        return await self.api.post(
            f"/sessions/{session['id']}/submit",
            json={"step": session["step"]["id"], "answers": answers},
            headers={"Idempotency-Key": key or uuid4().hex},
            params={"wait": wait},
        )

    async def answer(self, session: Json, answers: Json) -> Json:
        """Answer the current step and return the session as it goes on."""
        response = await self.submit(session, answers)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def until(self, step: str, *answers: Json) -> Json:
        """Start a session and answer its steps; ``step`` must come next."""
        session = await self.start()
        for given in answers:
            session = await self.answer(session, given)
        assert session["step"]["key"] == step
        return session

    async def read(self, session: Json, *, wait: float = 0) -> Json:
        """Read a session, as soon as there is something to show."""
        response = await self.api.get(f"/sessions/{session['id']}", params={"wait": wait})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def retry(self, session: Json) -> Json:
        """Let what has failed run once more."""
        response = await self.api.post(f"/sessions/{session['id']}/retry", params={"wait": 20})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def history(self, session: Json) -> list[Json]:
        """What the journal holds of a session, oldest first."""
        response = await self.api.get(f"/sessions/{session['id']}/history")
        assert response.status_code == 200, response.text
        return list(response.json())

    async def functions_called(self, session: Json, count: int) -> list[Json]:
        """The first ``count`` calls that the journal tells of; it may hear of them a moment later."""

        async def called() -> list[Json]:
            events = [event["data"] for event in await self.history(session) if event["type"] == "function_called"]
            return events if len(events) >= count else []

        return await eventually(called)


class Persistent:
    """An operator whose player sends everything again until it gets through, as ours does.

    Attributes:
        met: every obstacle on the way: the type of a problem, or the error of a connection.
    """

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self.met: list[str] = []

    async def answer(self, session: Json, answers: Json, *, key: str) -> Json:
        """Answer the current step, the same request again and again; what failed meanwhile is retried."""

        async def once() -> Json | None:
            try:
                response = await self._operator.submit(session, answers, key=key)
            except httpx.TransportError as error:
                self.met.append(type(error).__name__)
                return None
            if response.status_code in PASSING:
                assert int(response.headers["Retry-After"]) > 0
                self.met.append(response.json()["type"].rpartition(":")[2])
                return None
            assert response.status_code in {200, 202}, response.text
            return dict(response.json())

        await eventually(once, within=90)
        return await self.follow(session)

    async def follow(self, session: Json) -> Json:
        """Wait for the next step, through whatever happens; what has failed is retried."""

        async def once() -> Json | None:
            path = f"/sessions/{session['id']}"
            try:
                response = await self._operator.api.get(path, params={"wait": 5})
                if response.status_code == 200 and response.json()["state"] == "failed":
                    self.met.append("failed")
                    await self._operator.api.post(f"{path}/retry", params={"wait": 0})
            except httpx.TransportError as error:
                self.met.append(type(error).__name__)
                return None
            if response.status_code != 200:
                assert response.status_code in PASSING, response.text
                return None
            return dict(response.json()) if response.json()["state"] in {"active", "ended"} else None

        return await eventually(once, within=90)
