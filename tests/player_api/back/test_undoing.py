"""What functions have done after the step: undone before it is shown, or in the way."""

from uuid import uuid4

from tests.player_api.api import problem
from tests.player_api.back.conftest import Live
from tests.player_api.back.drawing import ask, call, called, forms, mapping, process
from tests.player_api.back.walker import Json, been, keys


def booking(live: Live, *, twice: bool = False) -> dict[str, bytes]:
    first = call("book1", f"{live.name}.book", mapping(in_item="${item}"))
    second = call("book2", f"{live.name}.book", mapping(in_item="second"))
    inner = ask("item") + first + (second if twice else "") + ask("b") + call("pay", f"{live.name}.charge") + ask("c")
    ways = ["start>item>book1>book2>b>pay>c>end" if twice else "start>item>book1>b>pay>c>end"]
    return {"script.bpmn": process("SCRIPT", inner, *ways), **forms("item", "b", "c")}


async def started(live: Live, files: dict[str, bytes], *given: str) -> Json:
    return await live.walker.through(await live.walker.publish(files, live.catalogue), *given)


async def test_a_compensable_call_is_undone_before_the_step_is_shown(live: Live) -> None:
    session = await started(live, booking(live), "item")
    assert keys(session) == ["b"]
    assert (await live.walker.variables(session))["number"] in live.system.booked
    back = await live.walker.gone_back(session, "item")
    assert (keys(back), been(back)) == (["item"], [])
    assert live.system.booked == {}
    assert [what for what, _ in live.system.asked] == ["book", "cancel"]
    assert await live.walker.variables(back) == {}
    again = await live.walker.answer(back, "item", "another")
    assert (keys(again), list(live.system.booked.values())) == (["b"], ["another"])
    history = (await live.walker.api.get(f"/sessions/{session['id']}/history")).json()
    effects = [event["data"] for event in history if event["type"] == "effect"]
    first = effects[0]["key"]
    assert [told["state"] for told in effects if told["key"] == first] == ["begun", "done", "undone"]


async def test_several_are_undone_the_latest_first(live: Live) -> None:
    session = await started(live, booking(live, twice=True), "item")
    numbers = list(live.system.booked)
    await live.walker.gone_back(session, "item")
    assert [number for what, number in live.system.asked if what == "cancel"] == list(reversed(numbers))
    assert live.system.booked == {}


async def test_an_undo_that_fails_is_an_incident_that_can_be_retried(live: Live) -> None:
    session = await started(live, booking(live), "item")
    live.system.failing = True
    response = await live.walker.back(session, "item")
    failed = response.json()
    assert (response.status_code, failed["state"], failed["step"]) == (200, "failed", None)
    assert [one["function"] for one in failed["waiting"]] == [f"{live.name}.cancel"]
    assert failed["waiting"][0]["error"]
    assert {"retry", "cancel"} <= set(failed["actions"])
    late = await live.walker.api.post(
        f"/sessions/{session['id']}/submit",
        json={"step": session["step"]["id"], "answers": {"b": "b"}},
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert (late.status_code, problem(late)) == (409, "step-changed")
    live.system.failing = False
    retried = await live.walker.api.post(f"/sessions/{session['id']}/retry", params={"wait": 20})
    assert keys(retried.json()) == ["item"]
    assert live.system.booked == {}


async def test_a_session_that_is_cancelled_while_something_is_undone_ends_once(live: Live) -> None:
    session = await started(live, booking(live), "item")
    live.system.failing = True
    await live.walker.back(session, "item")
    cancelled = await live.walker.api.post(f"/sessions/{session['id']}/cancel", json={"reason": "x"})
    assert cancelled.json()["state"] == "cancelled"
    assert (await live.walker.read(session))["state"] == "cancelled"
    [undo] = await live.walker.engine.processes.find(session["id"])
    await live.walker.engine.processes.delete(undo.id)


async def test_after_an_irreversible_call_it_is_refused_with_the_reason(live: Live) -> None:
    session = await started(live, booking(live), "item", "b")
    assert keys(session) == ["c"]
    assert "back" not in session["actions"]
    for one in session["step"]["visited"]:
        assert one["back"] == {
            "allowed": False,
            "reason": "After this step “PAY” was carried out, which can't be undone.",
        }
    refused = await live.walker.back(session, "item")
    assert (refused.status_code, problem(refused)) == (409, "back-blocked")
    assert refused.json()["detail"] == session["step"]["visited"][0]["back"]["reason"]
    assert live.system.booked


async def test_what_came_before_the_step_is_left_alone(live: Live) -> None:
    inner = ask("item") + call("pay", f"{live.name}.charge") + ask("b") + call("book1", f"{live.name}.book") + ask("c")
    files = {"script.bpmn": process("SCRIPT", inner, "start>item>pay>b>book1>c>end"), **forms("item", "b", "c")}
    session = await started(live, files, "item", "b")
    assert [one["back"]["allowed"] for one in session["step"]["visited"]] == [False, True]
    back = await live.walker.gone_back(session)
    assert (keys(back), live.system.booked) == (["b"], {})
    assert [what for what, _ in live.system.asked] == ["charge", "book", "cancel"]


async def test_a_called_script_that_begins_with_a_change_is_not_begun_again(live: Live) -> None:
    inner = process("SCRIPT_inner", call("pay", f"{live.name}.charge") + ask("c1"), "start>pay>c1>end")
    outer = process("SCRIPT", ask("item") + called("k", "SCRIPT_inner") + ask("z"), "start>item>k>z>end")
    files = {"script.bpmn": outer, "inner.bpmn": inner, **forms("item", "c1", "z")}
    session = await started(live, files, "item", "c1")
    refused = await live.walker.back(session, "c1")
    assert (refused.status_code, problem(refused)) == (409, "back-blocked")
    assert "PAY" in refused.json()["detail"]
    assert [what for what, _ in live.system.asked] == ["charge"]
