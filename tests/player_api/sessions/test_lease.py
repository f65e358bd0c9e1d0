import asyncio
import secrets
from typing import Any

import pytest
from fastapi import FastAPI

from player_api.access.errors import Forbidden
from player_api.sessions.context import Caller
from player_api.sessions.lease import claim, waiting
from player_api.sessions.models import ClaimRequest
from store.keys import Limits
from tests.fakes.scenario import Ask, CallFunction
from tests.player_api.api import Api, Json, problem

FORM = {"id": "f", "type": "default", "components": [{"type": "textfield", "key": "account"}]}
FIRST, SECOND = Ask("first", form=FORM), Ask("second")
OTHER = "key-bot"


@pytest.fixture
async def session(api: Api) -> Json:
    """Started, and so held, by the operator."""
    return dict((await api.start(await api.publish(FIRST, SECOND))).json())


@pytest.fixture
def team() -> str:
    """A team that nobody else's sessions wait for."""
    return f"team_{secrets.token_hex(4)}"


async def act(api: Api, session: Json, what: str, key: str = "key-operator", **body: Any) -> Json:
    response = await api.request("POST", f"/sessions/{session['id']}/{what}", json=body, key=key)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def let_run_out(api: Api, session: Json) -> None:
    await api.database.fetch_one("UPDATE sessions SET held_until = now() WHERE id = %s", (session["id"],))


async def events(api: Api, session: Json) -> list[tuple[str, str]]:
    history = (await api.request("GET", f"/sessions/{session['id']}/history")).json()
    return [(event["type"], event["actor"]) for event in history]


async def test_who_starts_holds(api: Api, session: Json) -> None:
    assert session["holder"]["name"] == "key:operator"
    assert session["holder"]["mine"] is True
    seen = (await api.request("GET", f"/sessions/{session['id']}", key=OTHER)).json()
    assert (seen["holder"]["name"], seen["holder"]["mine"]) == ("key:operator", False)


async def write(api: Api, session: Json, what: str, key: str) -> Any:
    path, step = f"/sessions/{session['id']}", session["step"]["id"]
    match what:
        case "submit":
            return await api.submit(session, {}, key=key)
        case "input":
            return await api.request("PUT", f"{path}/input", json={"step": step, "answers": {}}, key=key)
        case "cancel":
            return await api.request("POST", f"{path}/cancel", json={"reason": "x"}, key=key)
        case "handoff":
            return await api.request("POST", f"{path}/handoff", json={"channel": "crm"}, key=key)
        case _:
            return await api.request("POST", f"{path}/claim", json={}, key=key)


@pytest.mark.parametrize("what", ["submit", "input", "cancel", "handoff", "claim"])
async def test_nobody_else_writes_while_the_lease_lives(api: Api, session: Json, what: str) -> None:
    before = await events(api, session)
    refused = await write(api, session, what, OTHER)
    assert (refused.status_code, problem(refused)) == (409, "lease-taken")
    assert refused.json()["holder"]["name"] == "key:operator"
    assert refused.json()["holder"]["until"].startswith("20")
    assert await events(api, session) == before
    assert (await write(api, session, what, "key-operator")).status_code == 200


@pytest.mark.parametrize("what", ["submit", "input", "cancel", "handoff", "claim"])
async def test_a_lease_that_has_run_out_is_taken_by_the_next_who_writes(api: Api, session: Json, what: str) -> None:
    await let_run_out(api, session)
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["holder"] is None
    assert (await write(api, session, what, OTHER)).status_code == 200


async def test_writing_renews(api: Api, session: Json) -> None:
    short = "UPDATE sessions SET held_until = now() + interval '9 seconds' WHERE id = %s"
    await api.database.fetch_one(short, (session["id"],))
    before = (await api.request("GET", f"/sessions/{session['id']}")).json()["holder"]["until"]
    await write(api, session, "input", "key-operator")
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["holder"]["until"] > before


async def test_a_retry_is_for_who_holds(api: Api) -> None:
    session = (await api.start(await api.publish(CallFunction("billing.get_balance"), SECOND))).json()
    await api.fail("billing.get_balance", "down")
    path = f"/sessions/{session['id']}/retry"
    refused = await api.request("POST", path, key=OTHER)
    assert (refused.status_code, problem(refused)) == (409, "lease-taken")
    assert (await api.request("POST", path, params={"wait": 0})).status_code == 202


async def test_a_repetition_is_answered_though_the_lease_is_gone(api: Api, session: Json, key: str) -> None:
    first = await api.submit(session, {}, idempotency_key=key)
    await act(api, session, "claim", OTHER, takeover=True, reason="shift ended")
    assert (await api.submit(session, {}, idempotency_key=key)).json() == first.json()


async def test_a_takeover_says_why_and_the_former_holder_is_out(api: Api, session: Json) -> None:
    silent = await api.request("POST", f"/sessions/{session['id']}/claim", json={"takeover": True}, key=OTHER)
    assert (silent.status_code, problem(silent)) == (422, "reason-missing")
    taken = await act(api, session, "claim", OTHER, takeover=True, reason="shift ended")
    assert taken["holder"]["mine"] is True
    refused = await api.submit(session, {})
    assert (refused.status_code, problem(refused)) == (409, "lease-taken")
    history = (await api.request("GET", f"/sessions/{session['id']}/history")).json()
    assert (history[-1]["type"], history[-1]["actor"]) == ("session_taken_over", "key:bot")
    assert history[-1]["data"] == {"from": "key:operator", "reason": "shift ended", "channel": "crm", "team": None}


async def test_a_session_waits_for_a_team_and_is_claimed(api: Api, session: Json, team: str) -> None:
    waiting = await act(api, session, "handoff", channel="call", team=team, note="speaks English")
    assert waiting["holder"] is None
    assert "handoff" not in waiting["actions"]
    assert (waiting["handoff"]["channel"], waiting["handoff"]["by"]) == ("call", "key:operator")
    for key in ("key-operator", OTHER):
        refused = await api.submit(session, {}, key=key)
        assert (refused.status_code, problem(refused)) == (409, "lease-taken")
        assert "waits for the team" in refused.json()["detail"]
    [listed] = [each for each in await queue(api, team) if each["team"] == team]
    assert (listed["session"], listed["note"], listed["channel"]) == (session["id"], "speaks English", "call")
    claimed = await act(api, session, "claim", OTHER)
    assert (claimed["channel"], claimed["team"], claimed["handoff"]) == ("call", team, None)
    assert claimed["holder"]["mine"] is True
    assert [each for each in await queue(api, team) if each["team"] == team] == []
    assert (await api.submit(session, {}, key=OTHER)).json()["step"]["key"] == "second"
    history = (await api.request("GET", f"/sessions/{session['id']}/history")).json()
    assert [(event["type"], event["data"]["channel"]) for event in history] == [
        ("session_started", "crm"),
        ("handoff_asked", "crm"),
        ("session_claimed", "call"),
        ("answer_given", "call"),
    ]
    assert history[1]["data"]["to"] == {"channel": "call", "team": team}


async def queue(api: Api, team: str, key: str = "key-operator") -> list[Json]:
    return list((await api.request("GET", "/handoffs", params={"team": team}, key=key)).json())


async def test_of_many_who_claim_one_gets_it(api: Api, session: Json, team: str) -> None:
    await act(api, session, "handoff", channel="crm", team=team)
    path = f"/sessions/{session['id']}/claim"
    keys = ("key-admin", "key-bot", "key-operator")
    answers = await asyncio.gather(*(api.request("POST", path, json={}, key=key) for key in keys))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {"lease-taken"}
    kinds = [kind for kind, _ in await events(api, session)]
    assert kinds == ["session_started", "handoff_asked", "session_claimed"]


async def test_who_asked_takes_it_back_into_its_channel(api: Api, session: Json, team: str) -> None:
    await act(api, session, "handoff", channel="call", team=team)
    back = await act(api, session, "claim")
    assert (back["channel"], back["handoff"], back["holder"]["mine"]) == ("crm", None, True)


async def test_asked_again_the_newer_wish_counts(api: Api, session: Json, team: str) -> None:
    await act(api, session, "handoff", channel="call")
    await act(api, session, "handoff", channel="crm", team=team)
    [listed] = [each for each in await queue(api, team) if each["session"] == session["id"]]
    assert listed["channel"] == "crm"
    refused = await api.request("POST", f"/sessions/{session['id']}/handoff", json={"channel": "crm"}, key=OTHER)
    assert (refused.status_code, problem(refused)) == (409, "lease-taken")


async def test_a_queue_is_the_tenant_s_own(api: Api, session: Json, team: str) -> None:
    await act(api, session, "handoff", channel="crm", team=team)
    assert await queue(api, team, "key-elsewhere") == []
    assert (await write(api, session, "claim", "key-elsewhere")).status_code == 404


async def test_a_session_that_ends_waits_no_longer(api: Api, session: Json, team: str) -> None:
    await act(api, session, "handoff", channel="crm", team=team)
    await act(api, session, "claim")
    await act(api, session, "cancel", reason="gone")
    assert [each for each in await queue(api, team) if each["team"] == team] == []
    refused = await write(api, session, "claim", OTHER)
    assert (refused.status_code, problem(refused)) == (410, "session-ended")


async def test_who_works_for_some_teams_sees_and_claims_theirs(app: FastAPI, api: Api, team: str) -> None:
    script = await api.publish(FIRST)
    ours, theirs, anybody_s = [(await api.start(script)).json() for _ in range(3)]
    other = f"{team}_other"
    await act(api, ours, "handoff", channel="crm", team=team)
    await act(api, theirs, "handoff", channel="crm", team=other)
    await act(api, anybody_s, "handoff", channel="crm")
    context = app.state.sessions
    caller = Caller("operator:anna", "main", "c", Limits(teams=frozenset({team})))
    seen = {str(each.session) for each in await waiting(context, caller, None)}
    assert {ours["id"], anybody_s["id"]} <= seen
    assert theirs["id"] not in seen
    for refused in (waiting(context, caller, other), claim(context, caller, theirs["id"], ClaimRequest())):
        with pytest.raises(Forbidden):
            await refused
    assert (await claim(context, caller, ours["id"], ClaimRequest())).holder
