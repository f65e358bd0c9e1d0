"""Walks scripts of the set on the real engine, through the API."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from engine import Engine, ProcessInstance
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.folder import read_beside, read_folder
from player_api.releases.namespaces import BPMN, CAMUNDA
from player_api.releases.publish import publish
from stack.folder import ROOT
from store.database import Database
from store.releases import ReleaseContent, Releases
from store.sessions import Sessions, StoredSession
from store.starts import StartForms

Json = dict[str, Any]
TENANT = "script-set"
SCRIPTS = ROOT / "tests" / "script_set" / "scripts"


def problem(response: httpx.Response) -> tuple[int, str]:
    """Return the status and the slug of a problem."""
    body = response.json()
    return response.status_code, body["type"].removeprefix("urn:script-manager:problem:")


class Walker:
    """An operator who also can publish, and do to the engine what only others do.

    Args:
        api: the facade, with an operator's key.
        rest: the engine's REST API.
    """

    def __init__(self, api: httpx.AsyncClient, rest: httpx.AsyncClient, engine: Engine, database: Database) -> None:
        self.api = api
        self.rest = rest
        self.engine = engine
        self.database = database
        self._releases = Releases(database)

    async def publish(self, script: str) -> None:
        """Publish a script of the set; the same files are the same release."""
        content = close(
            script, read_folder(SCRIPTS / script), Catalogue({}, {}), lambda key: read_beside(SCRIPTS / script, key)
        )
        published = await publish(self.engine, self._releases, content, "test")
        await self._roll_out(script, published.number)

    async def deploy(self, script: str, files: Mapping[str, bytes]) -> None:
        """Roll out files that nobody has checked, as they are."""
        content = ReleaseContent(
            script, script, ["outcome"], {f"{script}/{name}": file for name, file in files.items()}, uuid4().bytes
        )
        release = await self._releases.reserve(content, author="test")
        deployment = await self.engine.deployments.create(script, content.files, source="test")
        await self._releases.published(release, deployment.id, deployment.definitions[script], "test")
        await self._roll_out(script, release.number)

    async def _roll_out(self, script: str, release: int) -> None:
        # Others who use the same stack are not to see these scripts.
        await self._releases.roll_out(script, [{"release": release, "tenant": TENANT}], "test")

    def asking(self, script: str, fields: list[Json]) -> dict[str, bytes]:
        """The files of a script with a step that asks ``fields``, and a step ``next``."""
        form = {"id": script, "type": "default", "components": fields}
        process = (
            '<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>'
            f'<userTask id="ask" camunda:formRef="{script}" camunda:formRefBinding="deployment"/>'
            '<sequenceFlow id="b" sourceRef="ask" targetRef="next"/><userTask id="next"/>'
            '<sequenceFlow id="c" sourceRef="next" targetRef="end"/><endEvent id="end"/>'
        )
        diagram = (
            f'<definitions xmlns="{BPMN}" xmlns:camunda="{CAMUNDA}" targetNamespace="x"><process id="{script}"'
            f' isExecutable="true" camunda:historyTimeToLive="P1D">{process}</process></definitions>'
        )
        return {"script.bpmn": diagram.encode(), "ask.form": json.dumps(form).encode()}

    async def start(self, script: str, **variables: Any) -> Json:
        """Start a session and return it at its first step."""
        body = {"script": script, "channel": "crm", "variables": variables}
        response = await self.api.post("/sessions", json=body, params={"wait": 20})
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def submit(
        self, session: Json, answers: Json, *, step: str | None = None, wait: float = 20
    ) -> httpx.Response:
        """Answer a step: the current one, or the one of another key."""
        found = next(one for one in session["steps"] if step in {None, one["key"]})
        return await self.api.post(
            f"/sessions/{session['id']}/submit",
            json={"step": found["id"], "answers": answers},
            headers={"Idempotency-Key": uuid4().hex},
            params={"wait": wait},
        )

    async def answer(self, session: Json, answers: Json | None = None, *, step: str | None = None) -> Json:
        """Answer a step and return the session as it goes on."""
        response = await self.submit(session, answers or {}, step=step)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def read(self, session: Json, *, known: str | None = None) -> Json:
        """Read a session, or wait for it to be another than the known one."""
        headers = {"If-None-Match": known} if known else {}
        response = await self.api.get(
            f"/sessions/{session['id']}", params={"wait": 30 if known else 0}, headers=headers
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def begin(self, script: str, channel: str, variables: Json) -> Json:
        """Start a conversation and return its first turn."""
        body = {"script": script, "channel": channel, "variables": variables}
        response = await self.api.post("/conversations", json=body, params={"wait": 20})
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def listen(self, turn: Json) -> Json:
        """Wait while functions and timers of a conversation run, and return the turn after that."""
        while turn["state"] == "working":
            response = await self.api.get(f"/conversations/{turn['session']}", params={"wait": 20})
            assert response.status_code in {200, 202}, response.text
            turn = response.json()
        return turn

    async def say(self, turn: Json, **reply: Any) -> Json:
        """Reply to a turn and return the next one."""
        path = f"/conversations/{turn['session']}/turns"
        response = await self.api.post(path, json={**reply, "turn": turn["id"]}, params={"wait": 20})
        assert response.status_code in {200, 202}, response.text
        return await self.listen(response.json())

    async def changed(self, session: Json) -> Json:
        """Wait until a session that nobody touches stands elsewhere."""
        tag = (await self.api.get(f"/sessions/{session['id']}")).headers["etag"]
        if (now := await self.read(session))["steps"] != session["steps"]:
            return now
        return await self.read(session, known=tag)

    async def history(self, session: Json) -> list[Json]:
        """What the journal holds of a session."""
        return list((await self.api.get(f"/sessions/{session['id']}/history")).json())

    async def cancel(self, session: Json) -> None:
        """End a session before its time."""
        response = await self.api.post(f"/sessions/{session['id']}/cancel", json={"reason": "test"})
        assert response.status_code == 200, response.text

    async def set_variable(self, session: Json, name: str, variable: Json) -> None:
        """Write a variable of the session's process as anybody with access to the engine could."""
        [instance] = await self.engine.processes.find(session["id"])
        response = await self.rest.put(f"/process-instance/{instance.id}/variables/{name}", json=variable)
        assert response.status_code == 204, response.text

    async def instances(self, session: Json) -> list[ProcessInstance]:
        """The engine's instances of a session."""
        return await self.engine.processes.find(session["id"])

    async def stored(self, session: Json) -> StoredSession:
        """A session as it is stored."""
        found = await Sessions(self.database).find(UUID(session["id"]), TENANT)
        assert found is not None
        return found

    async def age(self, session: Json, *, minutes: float) -> None:
        """Make a session older than it is."""
        await self.database.fetch_one(
            "UPDATE sessions SET created_at = created_at - %(age)s, start_tried_at = start_tried_at - %(age)s"
            " WHERE id = %(session)s",
            {"age": timedelta(minutes=minutes), "session": session["id"]},
        )

    async def answer_start_as_if_killed(
        self, session: Json, answers: Json, *, engine_has_started: bool, long_ago: bool = True
    ) -> None:
        """Do what a facade does with the answers to a start form, until it is killed."""
        stored = await self.stored(session)
        assert await StartForms(self.database).answer(stored.id, answers)
        if engine_has_started:
            await self.engine.processes.start_by_form(
                stored.definition_id, business_key=str(stored.id), variables=answers
            )
        await self.age(session, minutes=5 if long_ago else 0)


def keys(session: Json) -> list[str]:
    """The keys of the steps that wait."""
    return [step["key"] for step in session["steps"]]
