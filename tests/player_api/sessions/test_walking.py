import asyncio
from uuid import uuid4

import pytest

from tests.fakes.scenario import Ask, AskTogether, CallFunction, End
from tests.player_api.api import Api, problem

ACCOUNT = {
    "id": "account_form",
    "type": "default",
    "components": [
        {"type": "text", "text": "Здравствуйте, {{name}}!"},
        {"type": "textfield", "key": "account", "validate": {"required": True, "pattern": "^[0-9]{10}$"}},
    ],
}
GREET = Ask("greet", name="Приветствие", description="Улыбнитесь", form=ACCOUNT)
SAY = Ask("say", name="Прощание")
GIVEN = {"account": "1000000001"}
OUTCOME = Ask(
    "agree", form={"id": "agree_form", "type": "default", "components": [{"type": "textfield", "key": "outcome"}]}
)


async def test_a_start_answers_with_the_first_step(api: Api) -> None:
    script = await api.publish(GREET)
    response = await api.start(script, variables={"name": "Анна", "secret": "x"}, external_id="case-1", locale="ru")
    session = response.json()
    assert response.status_code == 201
    assert session["state"] == "active"
    assert session["external_id"] == "case-1"
    assert session["release"] == 1
    step = session["step"]
    assert (step["key"], step["name"], step["hint"]) == ("greet", "Приветствие", "Улыбнитесь")
    assert step["form"]["components"] == ACCOUNT["components"]
    # a channel sees the variables that the form shows, and no others
    assert step["data"] == {"name": "Анна"}


async def test_an_answer_leads_to_the_next_step_and_to_the_end(api: Api) -> None:
    script = await api.publish(GREET, SAY, End("end_well"))
    session = (await api.start(script)).json()
    second = await api.submit(session, GIVEN)
    assert (second.status_code, second.json()["step"]["key"]) == (200, "say")
    last = (await api.submit(second.json(), {})).json()
    assert (last["state"], last["step"], last["steps"]) == ("ended", None, [])
    assert last["result"]["end"] == "end_well"
    assert last["ended"]


async def test_a_script_that_is_not_rolled_out_is_unknown(api: Api) -> None:
    response = await api.start("nothing_of_this_name")
    assert (response.status_code, problem(response)) == (404, "script-unknown")


@pytest.mark.parametrize("name", ["correlationId", "tenant", "customer", "execution", "1st", "with space", "a.b"])
async def test_a_variable_with_an_unusable_name_starts_nothing(api: Api, name: str) -> None:
    script = await api.publish(GREET)
    response = await api.start(script, variables={name: 1})
    assert (response.status_code, problem(response)) == (422, "variables-invalid")
    assert name in response.json()["errors"]
    assert api.fake.instances.instances == []


@pytest.mark.parametrize("value", ["x" * 4001, "nul\0", 2**70])
async def test_a_variable_that_the_engine_cannot_hold_starts_nothing(api: Api, value: object) -> None:
    script = await api.publish(GREET)
    response = await api.start(script, variables={"given": value})
    assert (response.status_code, problem(response)) == (422, "variables-invalid")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"script": "x"},
        {"script": 5, "channel": "crm"},
        {"script": "x", "channel": "crm", "typo": 1},
        {"script": "x", "channel": "crm", "variables": []},
        {"script": "x" * 200, "channel": "crm"},
        {"script": "x", "channel": "crm", "locale": "not a locale"},
        {"script": "x", "channel": "crm", "external_id": "nul\0"},
        [],
        "text",
    ],
)
async def test_a_malformed_start_says_what_is_wrong(api: Api, body: object) -> None:
    response = await api.request("POST", "/sessions", json=body)
    assert (response.status_code, problem(response)) == (422, "request-invalid")
    assert response.json()["errors"]


@pytest.mark.parametrize("answers", [{}, {"account": ""}, {"account": "12"}, {"account": 5}, {"other": "1000000001"}])
async def test_an_answer_that_does_not_fit_is_refused_by_field_and_changes_nothing(api: Api, answers: dict) -> None:  # type: ignore[type-arg]
    session = (await api.start(await api.publish(GREET, SAY))).json()
    response = await api.submit(session, answers)
    assert (response.status_code, problem(response)) == (422, "answers-invalid")
    assert list(response.json()["errors"]) == ["account"]
    again = (await api.request("GET", f"/sessions/{session['id']}")).json()
    assert again["step"] == session["step"]
    assert (await api.submit(session, GIVEN)).json()["step"]["key"] == "say"


async def test_the_same_request_twice_is_carried_out_once(api: Api, key: str) -> None:
    session = (await api.start(await api.publish(GREET, SAY, SAY))).json()
    first = await api.submit(session, GIVEN, idempotency_key=key)
    second = await api.submit(session, GIVEN, idempotency_key=key)
    assert first.json() == second.json()
    assert first.json()["step"]["key"] == "say"


async def test_the_same_request_many_times_at_once_is_carried_out_once(api: Api, key: str) -> None:
    session = (await api.start(await api.publish(GREET, SAY, SAY))).json()
    responses = await asyncio.gather(*(api.submit(session, GIVEN, idempotency_key=key) for _ in range(5)))
    assert {response.status_code for response in responses} <= {200, 409}
    done = [response.json() for response in responses if response.status_code == 200]
    assert {answer["step"]["key"] for answer in done} == {"say"}
    assert {problem(response) for response in responses if response.status_code == 409} <= {"request-in-progress"}


async def test_a_key_for_another_request_is_refused(api: Api, key: str) -> None:
    session = (await api.start(await api.publish(GREET, SAY))).json()
    await api.submit(session, GIVEN, idempotency_key=key)
    response = await api.submit(session, {"account": "2000000002"}, idempotency_key=key)
    assert (response.status_code, problem(response)) == (422, "idempotency-key-reused")


async def test_a_submit_without_a_key_is_refused(api: Api) -> None:
    session = (await api.start(await api.publish(GREET))).json()
    body = {"step": session["step"]["id"], "answers": GIVEN}
    response = await api.request("POST", f"/sessions/{session['id']}/submit", json=body)
    assert (response.status_code, problem(response)) == (400, "idempotency-key-missing")


async def test_a_step_submitted_again_under_another_key_has_changed(api: Api) -> None:
    session = (await api.start(await api.publish(GREET, SAY))).json()
    await api.submit(session, GIVEN)
    response = await api.submit(session, GIVEN)
    assert (response.status_code, problem(response)) == (409, "step-changed")


async def test_two_operators_at_once_move_the_session_one_step(api: Api) -> None:
    session = (await api.start(await api.publish(GREET, SAY, Ask("third")))).json()
    responses = await asyncio.gather(*(api.submit(session, GIVEN) for _ in range(4)))
    assert sorted(response.status_code for response in responses) == [200, 409, 409, 409]
    now = (await api.request("GET", f"/sessions/{session['id']}")).json()
    assert now["step"]["key"] == "say"


async def test_an_ended_session_takes_no_answers(api: Api) -> None:
    session = (await api.start(await api.publish(SAY))).json()
    await api.submit(session, {})
    response = await api.submit(session, {})
    assert (response.status_code, problem(response)) == (410, "session-ended")
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["state"] == "ended"


async def test_a_session_of_another_tenant_does_not_exist(api: Api) -> None:
    session = (await api.start(await api.publish(GREET))).json()
    for method, path in (
        ("GET", ""),
        ("GET", "/history"),
        ("POST", "/retry"),
    ):
        response = await api.request(method, f"/sessions/{session['id']}{path}", key="key-elsewhere")
        assert (response.status_code, problem(response)) == (404, "session-not-found")
    response = await api.submit(session, GIVEN, key="key-elsewhere")
    assert (response.status_code, problem(response)) == (404, "session-not-found")


@pytest.mark.parametrize("session_id", [str(uuid4()), "not-an-id"])
async def test_a_session_that_never_was(api: Api, session_id: str) -> None:
    response = await api.request("GET", f"/sessions/{session_id}")
    assert response.status_code in {404, 422}
    assert problem(response) in {"session-not-found", "request-invalid"}


async def test_parallel_steps_come_together_and_are_answered_in_any_order(api: Api) -> None:
    script = await api.publish(AskTogether((Ask("left"), Ask("right"))), SAY)
    session = (await api.start(script)).json()
    by_key = {step["key"]: step["id"] for step in session["steps"]}
    assert set(by_key) == {"left", "right"}
    between = (await api.submit(session, {}, step=by_key["right"])).json()
    assert [step["key"] for step in between["steps"]] == ["left"]
    assert (await api.submit(between, {})).json()["step"]["key"] == "say"


async def test_both_parallel_steps_at_the_same_moment(api: Api) -> None:
    script = await api.publish(AskTogether((Ask("left"), Ask("right"))), SAY)
    session = (await api.start(script)).json()
    responses = await asyncio.gather(*(api.submit(session, {}, step=step["id"]) for step in session["steps"]))
    assert [response.status_code for response in responses] == [200, 200]
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["step"]["key"] == "say"


async def test_while_a_function_runs_the_session_is_working_and_then_wakes(api: Api) -> None:
    script = await api.publish(GREET, CallFunction("billing.get_balance"), SAY)
    session = (await api.start(script)).json()
    working = await api.submit(session, GIVEN)
    assert working.status_code == 202
    assert working.json()["state"] == "working"
    assert working.json()["waiting"][0]["function"] == "billing.get_balance"
    waiting = asyncio.create_task(api.request("GET", f"/sessions/{session['id']}", params={"wait": 30}))
    await api.work("billing.get_balance", session, {"balance": -100})
    assert (await waiting).json()["step"]["key"] == "say"


async def test_who_knows_a_version_gets_the_next_one_or_nothing(api: Api) -> None:
    session = (await api.start(await api.publish(GREET, SAY))).json()
    path = f"/sessions/{session['id']}"
    tag = (await api.request("GET", path)).headers["ETag"]
    same = await api.request("GET", path, params={"wait": 0.1}, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    waiting = asyncio.create_task(api.request("GET", path, params={"wait": 30}, headers={"If-None-Match": tag}))
    await api.submit(session, GIVEN)
    changed = await waiting
    assert (changed.status_code, changed.json()["step"]["key"]) == (200, "say")
    assert changed.headers["ETag"] != tag


async def test_the_repetition_of_a_202_gets_the_present_state(api: Api, key: str) -> None:
    script = await api.publish(GREET, CallFunction("billing.get_balance"), SAY)
    session = (await api.start(script)).json()
    assert (await api.submit(session, GIVEN, idempotency_key=key)).status_code == 202
    await api.work("billing.get_balance", session, {})
    repeated = await api.submit(session, GIVEN, idempotency_key=key)
    assert (repeated.status_code, repeated.json()["step"]["key"]) == (200, "say")


async def test_a_function_that_failed_for_good_can_be_retried(api: Api) -> None:
    script = await api.publish(GREET, CallFunction("billing.get_balance"), SAY)
    session = (await api.start(script)).json()
    await api.submit(session, GIVEN)
    await api.fail("billing.get_balance", "billing can't be reached")
    failed = (await api.request("GET", f"/sessions/{session['id']}")).json()
    assert (failed["state"], failed["actions"]) == ("failed", ["retry", "cancel", "handoff"])
    assert failed["waiting"][0]["error"] == "billing can't be reached"
    retried = await api.request("POST", f"/sessions/{session['id']}/retry", params={"wait": 0})
    assert (retried.status_code, retried.json()["state"]) == (202, "working")
    await api.work("billing.get_balance", session, {})
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["step"]["key"] == "say"


async def test_there_is_nothing_to_retry_at_a_step(api: Api) -> None:
    session = (await api.start(await api.publish(GREET))).json()
    response = await api.request("POST", f"/sessions/{session['id']}/retry")
    assert (response.status_code, problem(response)) == (409, "not-retryable")


async def test_a_cancelled_session_is_over_in_store_and_engine(api: Api) -> None:
    session = (await api.start(await api.publish(GREET))).json()
    path = f"/sessions/{session['id']}/cancel"
    cancelled = await api.request("POST", path, json={"reason": "клиент положил трубку"})
    assert cancelled.json()["state"] == "cancelled"
    again = await api.request("POST", path, json={"reason": "ещё раз"})
    assert (again.status_code, problem(again)) == (410, "session-ended")
    history = (await api.request("GET", f"/sessions/{session['id']}/history")).json()
    assert [event["type"] for event in history] == ["session_started", "session_cancelled"]


async def test_the_history_tells_who_answered_what(api: Api) -> None:
    session = (await api.start(await api.publish(GREET))).json()
    await api.request("POST", f"/sessions/{session['id']}/handoff", json={"channel": "bot"})
    await api.request("POST", f"/sessions/{session['id']}/claim", json={}, key="key-bot")
    await api.submit(session, GIVEN, key="key-bot")
    history = (await api.request("GET", f"/sessions/{session['id']}/history")).json()
    assert [(event["type"], event["actor"]) for event in history] == [
        ("session_started", "key:operator"),
        ("handoff_asked", "key:operator"),
        ("session_claimed", "key:bot"),
        ("answer_given", "key:bot"),
        ("session_ended", "key:bot"),
    ]
    assert history[3]["data"]["answers"] == GIVEN
    assert [event["data"].get("channel") for event in history] == ["crm", "crm", "bot", "bot", None]


async def test_a_script_that_ends_with_a_function_has_its_result_at_once(api: Api) -> None:
    topic = f"billing.u{uuid4().hex[:8]}"
    session = (await api.start(await api.publish(OUTCOME, CallFunction(topic), End("end_told")))).json()
    working = await api.submit(session, {"outcome": "promised"})
    assert (working.status_code, working.json()["state"]) == (202, "working")
    await api.work(topic, session, {})
    ended = (await api.request("GET", f"/sessions/{session['id']}")).json()
    assert (ended["state"], ended["result"]) == (
        "ended",
        {"end": "end_told", "variables": {"outcome": "promised"}},
    )
