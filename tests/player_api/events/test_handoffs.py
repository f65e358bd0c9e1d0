import secrets

import pytest

from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json
from tests.player_api.events.streams import Streams


@pytest.fixture
async def session(api: Api) -> Json:
    return dict((await api.start(await api.publish(Ask("first")))).json())


async def test_a_queue_is_watched_beside_a_session(api: Api, streams: Streams, session: Json) -> None:
    team = f"team_{secrets.token_hex(4)}"
    path = f"/sessions/{session['id']}"
    async with streams.open("/events", team=team, session=session["id"], key="key-bot") as stream:
        first = {received.event: received.data for received in [await stream.next(), await stream.next()]}
        assert (first["handoffs"]["team"], ours(first["handoffs"], team)) == (team, [])
        assert first["session"]["holder"]["mine"] is False
        await api.request("POST", f"{path}/handoff", json={"channel": "crm", "team": team})
        said = {received.event: received.data for received in [await stream.next(), await stream.next()]}
        assert ours(said["handoffs"], team) == [session["id"]]
        assert said["session"]["handoff"]["team"] == team
        await api.request("POST", f"{path}/claim", json={}, key="key-bot")
        said = {received.event: received.data for received in [await stream.next(), await stream.next()]}
        assert ours(said["handoffs"], team) == []
        assert said["session"]["holder"]["mine"] is True


def ours(seen: Json, team: str) -> list[str]:
    return [each["session"] for each in seen["handoffs"] if each["team"] == team]


async def test_who_is_taken_over_from_is_told(api: Api, streams: Streams, session: Json) -> None:
    async with streams.open(f"/sessions/{session['id']}/events") as stream:
        assert (await stream.next()).data["holder"]["mine"] is True
        claim = {"takeover": True, "reason": "shift ended"}
        await api.request("POST", f"/sessions/{session['id']}/claim", json=claim, key="key-bot")
        now = (await stream.next()).data["holder"]
        assert (now["name"], now["mine"]) == ("key:bot", False)
