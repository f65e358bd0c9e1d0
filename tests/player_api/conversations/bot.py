"""A chat-bot as it uses the facade."""

from typing import Any
from uuid import UUID

import httpx
from lxml import etree

from tests.fakes.scenario import Ask, Stage
from tests.player_api.api import Api

Json = dict[str, Any]
SSML = "{http://www.w3.org/2001/10/synthesis}"


def form(*components: Json, id_: str = "a_form") -> Json:
    """A form-js schema."""
    return {"id": id_, "type": "default", "components": list(components)}


def say(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def ask(key: str, *components: Json) -> Ask:
    """A user task with a form."""
    return Ask(key, name=key, form=form(*components, id_=f"{key}_form"))


class Bot:
    """One conversation.

    Attributes:
        turn: the last turn that was answered with.
    """

    def __init__(self, api: Api, key: str = "key-bot") -> None:
        self.api = api
        self._key = key
        self.turn: Json = {}

    @property
    def session(self) -> UUID:
        return UUID(self.turn["session"])

    @property
    def text(self) -> str:
        return str(self.turn["prompt"]["text"])

    async def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return await self.api.request(method, path, key=self._key, **rest)

    async def begin(self, *stages: Stage, **body: Any) -> Json:
        """Publish a script and start a conversation about it."""
        script = await self.api.publish(*stages)
        given = {"script": script, "channel": "bot", **body}
        response = await self.request("POST", "/conversations", json=given, params={"wait": 0})
        assert response.status_code == 201, response.text
        return self._heard(response)

    async def reply(self, *, wait: float = 0, idempotency_key: str | None = None, **body: Any) -> httpx.Response:
        """Answer the last turn, whatever comes of it."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        path = f"/conversations/{self.turn['session']}/turns"
        return await self.request("POST", path, json=body, params={"wait": wait}, headers=headers)

    async def says(self, text: str, *, wait: float = 0) -> Json:
        return self._heard(await self.reply(text=text, wait=wait, turn=self.turn["id"]))

    async def presses(self, keys: str) -> Json:
        return self._heard(await self.reply(dtmf=keys, turn=self.turn["id"]))

    async def chooses(self, value: object) -> Json:
        return self._heard(await self.reply(choice=value, turn=self.turn["id"]))

    async def keeps_silent(self) -> Json:
        return self._heard(await self.reply(silence=True, turn=self.turn["id"]))

    async def looks(self, *, wait: float = 0) -> Json:
        """Read the present turn."""
        path = f"/conversations/{self.turn['session']}"
        return self._heard(await self.request("GET", path, params={"wait": wait}))

    async def reads_session(self) -> Json:
        """Read the session that is spoken about."""
        return dict((await self.request("GET", f"/sessions/{self.turn['session']}")).json())

    async def history(self, kind: str) -> list[Json]:
        """The data of the session's events of one kind."""
        events = (await self.request("GET", f"/sessions/{self.turn['session']}/history")).json()
        return [event["data"] for event in events if event["type"] == kind]

    def _heard(self, response: httpx.Response) -> Json:
        assert response.status_code in {200, 201, 202}, response.text
        self.turn = response.json()
        assert response.status_code == 201 or (response.status_code == 202) is (self.turn["state"] == "working")
        speech = etree.fromstring(self.turn["prompt"]["speech"])
        assert speech.tag == f"{SSML}speak"
        assert {part.tag for part in speech.iter()} <= {f"{SSML}{name}" for name in ("speak", "p", "say-as")}
        return self.turn
