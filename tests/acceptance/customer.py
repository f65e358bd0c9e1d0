"""A customer who speaks with a bot."""

import httpx

from tests.acceptance.operator import SCRIPT, Json


class Customer:
    """One conversation through a bot.

    Attributes:
        turn: what was said last.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.turn: Json = {}

    async def calls(self, **body: object) -> Json:
        response = await self._client.post("/conversations", json={"script": SCRIPT, "channel": "bot"} | body)
        assert response.status_code == 201, response.text
        self.turn = response.json()
        return self.turn

    async def says(self, text: str) -> Json:
        return await self._replies(text=text)

    async def presses(self, keys: str) -> Json:
        return await self._replies(dtmf=keys)

    async def _replies(self, **reply: object) -> Json:
        path = f"/conversations/{self.turn['session']}/turns"
        body = {**reply, "turn": self.turn["id"]}
        response = await self._client.post(path, json=body, params={"wait": 20})
        assert response.status_code == 200, response.text
        self.turn = response.json()
        return self.turn
