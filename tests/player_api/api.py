"""The facade as its tests call it."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from engine import Engine, EngineSettings, TopicRequest, Value
from store.database import Database
from store.notifications import Notifications
from store.releases import ReleaseContent, Releases
from tests.fakes.engine import URL, FakeEngine
from tests.fakes.scenario import Scenario, Stage

Json = dict[str, Any]


class Api:
    """A client with an operator's key, and the means to play the other parts."""

    def __init__(self, client: httpx.AsyncClient, database: Database, fake: FakeEngine) -> None:
        self._client = client
        self.database = database
        self.fake = fake

    async def publish(self, *stages: Stage, files: dict[str, bytes] | None = None) -> str:
        """Roll out a script that goes through ``stages``, with more ``files`` than its BPMN; returns its key."""
        script = f"script_{secrets.token_hex(6)}"
        definition = self.fake.define(Scenario(script, stages))
        releases = Releases(self.database)
        resources = {f"{script}/{name}": file for name, file in {"script.bpmn": b"x", **(files or {})}.items()}
        content = ReleaseContent(script, script, ["outcome"], resources, secrets.token_bytes(32))
        release = await releases.reserve(content, author="test")
        await releases.published(release, "deployment", definition, "test")
        return script

    async def request(self, method: str, path: str, *, key: str | None = "key-operator", **rest: Any) -> httpx.Response:
        """Send a request with an API key, or with none."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        headers |= rest.pop("headers", {})
        return await self._client.request(method, path, headers=headers, **rest)

    async def start(self, script: str, *, idempotency_key: str | None = None, **body: Any) -> httpx.Response:
        """Start a session, waiting for no function."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        given = {"script": script, "channel": "crm", **body}
        return await self.request("POST", "/sessions", json=given, headers=headers, params={"wait": 0})

    async def submit(
        self, session: Json, answers: Json, *, idempotency_key: str | None = None, wait: float = 0, **rest: Any
    ) -> httpx.Response:
        """Answer the session's current step."""
        step = rest.pop("step", None) or session["step"]["id"]
        return await self.request(
            "POST",
            f"/sessions/{session['id']}/submit",
            json={"step": step, "answers": answers},
            params={"wait": wait},
            headers={"Idempotency-Key": idempotency_key or uuid4().hex},
            **rest,
        )

    async def work(self, topic: str, session: Json, outputs: dict[str, Value]) -> None:
        """Complete an external task as a worker would, and tell who waits."""
        async with Engine(EngineSettings(URL), httpx.ASGITransport(self.fake)) as engine:
            request = TopicRequest(topic, timedelta(seconds=30))
            [task] = await engine.external_tasks.fetch_and_lock(
                "worker", [request], max_tasks=1, long_poll=timedelta(seconds=5)
            )
            await engine.external_tasks.complete(task, outputs)
        await Notifications(self.database).session_changed(session["id"])

    async def fail(self, topic: str, message: str) -> None:
        """Report that a function has failed for good."""
        async with Engine(EngineSettings(URL), httpx.ASGITransport(self.fake)) as engine:
            request = TopicRequest(topic, timedelta(seconds=30))
            [task] = await engine.external_tasks.fetch_and_lock(
                "worker", [request], max_tasks=1, long_poll=timedelta(seconds=5)
            )
            await engine.external_tasks.failure(task, message=message, details="", retries=0, retry_after=timedelta(0))


def problem(response: httpx.Response) -> str:
    """Return the slug of a problem, which must be one in form."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    return str(body["type"]).removeprefix("urn:script-manager:problem:")
