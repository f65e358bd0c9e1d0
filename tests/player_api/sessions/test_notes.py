"""Notes of operators, and who sees them."""

import json

import pytest

from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json, problem


async def _note(api: Api, session: Json, text: str, key: str = "key-operator") -> tuple[int, Json]:
    response = await api.request("PUT", f"/sessions/{session['id']}/notes", json={"text": text}, key=key)
    return response.status_code, response.json()


async def test_notes_are_there_for_whoever_takes_the_session_over(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask")))).json()
    await _note(api, session, "calls")
    status, saved = await _note(api, session, "calls back at six")
    assert (status, saved["text"], saved["saved_by"]) == (200, "calls back at six", "key:operator")
    await api.request("POST", f"/sessions/{session['id']}/handoff", json={"channel": "chat"})
    await api.request("POST", f"/sessions/{session['id']}/claim", json={}, key="key-bot")
    read = (await api.request("GET", f"/sessions/{session['id']}", key="key-bot")).json()
    assert read["notes"] == saved


async def test_only_who_works_on_a_session_writes_its_notes(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask")))).json()
    status, refused = await _note(api, session, "mine now", key="key-bot")
    assert (status, refused["type"].rpartition(":")[2]) == (409, "lease-taken")
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["notes"] is None


async def test_a_session_that_is_over_takes_none_but_keeps_those_it_has(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask")))).json()
    await _note(api, session, "kind")
    await api.submit(session, {})
    status, _ = await _note(api, session, "late")
    assert status == 410
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["notes"]["text"] == "kind"


@pytest.mark.parametrize("text", ["x" * 4001, "a\x00b", "\ud800"])
async def test_notes_that_can_not_be_kept_are_refused(api: Api, text: str) -> None:
    session = (await api.start(await api.publish(Ask("ask")))).json()
    body = json.dumps({"text": text})
    response = await api.request(
        "PUT", f"/sessions/{session['id']}/notes", content=body, headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, problem(response)) == (422, "request-invalid")
