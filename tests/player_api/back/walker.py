"""A session walked and taken back, on a real engine."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from engine import Engine
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.releases import Releases

Json = dict[str, Any]


class Walker:
    """An operator, and the means to publish.

    Args:
        api: the facade, with an operator's key.
        engine: the facade's.
        releases: the facade's.
    """

    def __init__(self, api: httpx.AsyncClient, engine: Engine, releases: Releases) -> None:
        self.api = api
        self.engine = engine
        self.releases = releases

    async def publish(self, files: Mapping[str, bytes], catalogue: Catalogue | None = None) -> str:
        """Publish a script whose key is ``script`` in its files under a key of its own; returns that."""
        key = f"back_{secrets.token_hex(5)}"
        own = {
            name: content.replace(b"SCRIPT", key.encode()).replace(b"_form", f"_form_{key}".encode())
            for name, content in files.items()
        }
        await publish(self.engine, self.releases, close(key, own, catalogue or Catalogue()), "test")
        return key

    async def start(self, script: str, **variables: Any) -> Json:
        body = {"script": script, "channel": "crm", "variables": variables, "locale": "en"}
        response = await self.api.post("/sessions", json=body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def answer(self, session: Json, key: str, answer: str | None = None) -> Json:
        """Answer the step with this key; its field has the same name."""
        step = next(step for step in session["steps"] if step["key"] == key)
        body = {"step": step["id"], "answers": {key: key if answer is None else answer}}
        path = f"/sessions/{session['id']}/submit"
        response = await self.api.post(path, json=body, headers={"Idempotency-Key": uuid4().hex}, params={"wait": 20})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def through(self, script: str, *keys: str, **variables: Any) -> Json:
        """Start a session and answer its steps."""
        session = await self.start(script, **variables)
        for key in keys:
            session = await self.answer(session, key)
        return session

    async def back(self, session: Json, to: str | None = None, **rest: Any) -> httpx.Response:
        """Go back to the visited step with this key."""
        visited = {one["key"]: one["step"] for one in session["step"]["visited"]} if session["step"] else {}
        body = {"to": visited.get(to, to), **rest} if to else rest
        headers = {"Idempotency-Key": rest.pop("key")} if "key" in rest else {}
        body.pop("key", None)
        return await self.api.post(f"/sessions/{session['id']}/back", json=body, headers=headers, params={"wait": 20})

    async def gone_back(self, session: Json, to: str | None = None, **rest: Any) -> Json:
        response = await self.back(session, to, **rest)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def read(self, session: Json, wait: float = 0) -> Json:
        response = await self.api.get(f"/sessions/{session['id']}", params={"wait": wait})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def variables(self, session: Json) -> Mapping[str, Any]:
        """Those that the current step sees."""
        [task] = [
            task for task in await self.engine.user_tasks.waiting(session["id"]) if task.id == session["step"]["id"]
        ]
        own = {"correlationId", "tenant", "customer"}
        return {name: value for name, value in task.variables.items() if name not in own}


def keys(session: Json) -> list[str]:
    """The steps that wait."""
    return sorted(step["key"] for step in session["steps"])


def been(session: Json) -> list[str]:
    """The steps that were answered and count."""
    return [one["key"] for one in session["step"]["visited"]]
