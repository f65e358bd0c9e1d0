"""Each script of the set, walked to its end: everything that Camunda has and a session can meet."""

from typing import Any

import pytest

from tests.script_set.walker import Json, Walker, keys

STRAIGHT: list[tuple[str, Json, list[tuple[str, Json]], str, Json]] = [
    ("set_parallel", {}, [("phone", {}), ("name", {"name": "Анна"})], "end", {}),
    ("set_calling", {"who": "Анна"}, [("ask_code", {"code": "1234"})], "known_end", {"code": "1234"}),
    ("set_calling", {"who": "Анна"}, [("ask_code", {"code": "0000"}), ("sorry", {})], "unknown_end", {"code": "0000"}),
    ("set_decision", {}, [("ask", {"age": 17}), ("tell", {})], "end", {"plan": "junior"}),
    ("set_decision", {}, [("ask", {"age": 18}), ("tell", {})], "end", {"plan": "usual"}),
    ("set_errors", {}, [("ask", {"kind": "none"})], "end", {}),
    ("set_errors", {}, [("ask", {"kind": "near"}), ("mend", {})], "mended", {}),
    ("set_errors", {}, [("ask", {"kind": "far"}), ("apologise", {})], "apologised", {}),
    ("set_compensation", {}, [("book", {}), ("confirm", {"agreed": True})], "booked", {}),
    ("set_compensation", {}, [("book", {}), ("confirm", {}), ("unbook", {})], "taken_back", {}),
    ("set_async", {}, [("first", {}), ("second", {})], "end", {}),
    ("set_timers", {}, [("after", {})], "end", {}),
    ("set_signals", {}, [("talk", {})], "end", {}),
]


@pytest.mark.parametrize(("script", "variables", "steps", "end", "result"), STRAIGHT)
async def test_a_script_is_walked_to_its_end(
    walker: Walker, script: str, variables: Json, steps: list[tuple[str, Json]], end: str, result: Json
) -> None:
    await walker.publish(script)
    session = await walker.start(script, **variables)
    for key, answers in steps:
        while key not in keys(session):
            session = await walker.changed(session)
        session = await walker.answer(session, answers, step=key)
    assert (session["state"], session["result"]) == ("ended", {"end": end, "variables": result})


async def test_parallel_steps_are_all_shown_the_oldest_first(walker: Walker) -> None:
    await walker.publish("set_parallel")
    session = await walker.start("set_parallel")
    assert sorted(keys(session)) == ["name", "phone"]
    assert session["step"] == session["steps"][0]
    left = await walker.answer(session, {"name": "Анна"}, step="name")
    assert (left["state"], keys(left)) == ("active", ["phone"])


async def test_a_step_for_each_item_shows_its_item_and_nothing_of_the_loop(walker: Walker) -> None:
    await walker.publish("set_each")
    session = await walker.start("set_each", items=["a", "b"], greeting="hello")
    assert keys(session) == ["confirm", "confirm"]
    assert sorted(step["name"] for step in session["steps"]) == ["Confirm a", "Confirm b"]
    assert all(step["data"] == {} for step in session["steps"])
    for name in ("Say 1", "Say 2"):
        while session["step"]["key"] == "confirm":
            session = await walker.answer(session, {"sure": True})
        assert (session["step"]["name"], session["step"]["data"]) == (name, {"greeting": "hello"})
        session = await walker.answer(session)
    assert session["state"] == "ended"


async def test_a_step_of_a_called_script_has_its_form_and_its_hint(walker: Walker) -> None:
    await walker.publish("set_calling")
    session = await walker.start("set_calling", who="Анна")
    step = session["step"]
    assert (step["hint"], step["form"]["id"]) == ("Four digits, from the letter to Анна.", "set_called_deeper_ask_code")
    assert (await walker.submit(session, {"code": "12"})).status_code == 422


async def test_a_message_goes_on_and_another_one_brings_a_step_beside(walker: Walker) -> None:
    await walker.publish("set_messages")
    session = await walker.start("set_messages")
    await _message(walker, "set_call", session)
    session = await walker.changed(session)
    assert sorted(keys(session)) == ["ask", "note"]
    session = await walker.answer(session, step="ask")
    response = await walker.submit(session, {}, step="note", wait=0)
    assert (response.status_code, response.json()["state"]) == (202, "working")
    await _message(walker, "set_paid", session)
    session = await walker.answer(await walker.changed(session), step="thank")
    assert session["result"]["end"] == "end"


async def _message(walker: Walker, name: str, session: Json) -> None:
    body = {"messageName": name, "businessKey": session["id"]}
    assert (await walker.rest.post("/message", json=body)).status_code == 204


async def test_a_signal_takes_all_sessions_elsewhere(walker: Walker) -> None:
    await walker.publish("set_signals")
    sessions = [await walker.start("set_signals") for _ in range(2)]
    assert (await walker.rest.post("/signal", json={"name": "set_alarm"})).status_code == 204
    for session in sessions:
        moved = await walker.changed(session)
        assert keys(moved) == ["leave"]
        assert (await walker.answer(moved))["result"]["end"] == "alarm_end"


GENERATED: dict[str, Any] = {"reason": "moved", "months": 6, "paper": True, "due": "2026-12-25", "plan": "l"}


async def test_a_generated_form_is_shown_checked_and_typed_as_the_engine_would(walker: Walker) -> None:
    await walker.publish("set_generated")
    session = await walker.start("set_generated", who="Анна")
    step = session["step"]
    assert (step["name"], step["hint"], step["data"]) == ("Ask Анна", "Анна is in a hurry.", {"who": "Анна"})
    types = [(component["key"], component["type"]) for component in step["form"]["components"]]
    assert types[:3] == [("reason", "textfield"), ("months", "number"), ("paper", "checkbox")]
    refused = await walker.submit(session, {"months": 13, "due": "25/12/2026", "plan": "m"})
    assert set(refused.json()["errors"]) == {"reason", "months", "due", "plan"}
    session = await walker.answer(session, {**GENERATED, "who": "forged"})
    assert session["step"]["data"] == {"due": "2026-12-25", "months": 6}
    [task] = (await walker.rest.get("/task", params={"processInstanceBusinessKey": session["id"]})).json()
    variables = (await walker.rest.get(f"/task/{task['id']}/variables")).json()
    assert {name: variables[name]["type"] for name in ("due", "months", "paper", "who")} == {
        "due": "Date",
        "months": "Long",
        "paper": "Boolean",
        "who": "String",
    }
    assert variables["who"]["value"] == "Анна"
    session = await walker.answer(session, {"months": None})
    assert session["result"]["variables"]["reason"] == "moved"
