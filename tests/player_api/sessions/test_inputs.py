from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json, problem

FORM = {"id": "f", "components": [{"type": "textfield", "key": "account", "validate": {"pattern": "^[0-9]{10}$"}}]}


async def _save(api: Api, session: Json, answers: Json, key: str = "key-operator") -> Json:
    body = {"step": session["step"]["id"], "answers": answers}
    response = await api.request("PUT", f"/sessions/{session['id']}/input", json=body, key=key)
    assert response.status_code == 200
    saved: Json = response.json()
    return saved


async def test_what_was_typed_is_there_after_a_reload_and_for_another_operator(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask", form=FORM)))).json()
    assert session["step"]["input"] is None
    await _save(api, session, {"account": "100"})
    saved = await _save(api, session, {"account": "1000", "unknown": "dropped"})
    assert saved["answers"] == {"account": "1000"}
    read = (await api.request("GET", f"/sessions/{session['id']}", key="key-bot")).json()
    assert read["step"]["input"] == saved
    assert saved["saved_by"] == "key:operator"


async def test_an_answer_takes_the_place_of_what_was_typed(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask", form=FORM), Ask("say")))).json()
    await _save(api, session, {"account": "1"})
    submitted = (await api.submit(session, {"account": "1000000001"})).json()
    assert submitted["step"]["input"] is None
    rows = await api.database.fetch_all("SELECT step FROM inputs WHERE session = %s", (session["id"],))
    assert rows == []


async def test_nothing_is_kept_for_a_step_that_is_gone(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("ask", form=FORM), Ask("say")))).json()
    await api.submit(session, {})
    body = {"step": session["step"]["id"], "answers": {}}
    response = await api.request("PUT", f"/sessions/{session['id']}/input", json=body)
    assert (response.status_code, problem(response)) == (409, "step-changed")


async def test_nested_data_and_rows_are_kept_too(api: Api) -> None:
    rows = {"type": "dynamiclist", "path": "items", "isRepeating": True, "components": FORM["components"]}
    form = {"id": "f", "components": [rows, {"type": "textfield", "key": "customer.name"}]}
    session = (await api.start(await api.publish(Ask("ask", form=form)))).json()
    typed = {"items": [{"account": "1"}], "customer": {"name": "А"}}
    assert (await _save(api, session, {**typed, "unknown": 1}))["answers"] == typed
