"""Where a session has been, and how far it has come."""

from tests.fakes.scenario import Ask, CallFunction, CallScript, Scenario
from tests.player_api.api import Api

FIRST, SECOND, THIRD = Ask("first", name="Первый"), Ask("second", name="Второй"), Ask("third")
FORM = {"id": "f", "type": "default", "components": [{"type": "textfield", "key": "account", "label": "Счёт"}]}


async def test_a_step_comes_with_what_was_answered_before_it(api: Api) -> None:
    script = await api.publish(Ask("first", name="Первый", form=FORM), SECOND, THIRD)
    started = (await api.start(script)).json()
    assert started["step"]["visited"] == []
    assert started["progress"] == {"visited": 0, "ahead": 2}
    assert started["actions"] == ["next", "cancel", "handoff"]
    second = (await api.submit(started, {"account": "1"})).json()
    [visited] = second["step"]["visited"]
    assert (visited["step"], visited["key"], visited["name"]) == (started["step"]["id"], "first", "Первый")
    assert (visited["answers"], visited["by"], visited["channel"]) == ({"account": "1"}, "key:operator", "crm")
    [told] = visited["told"]
    assert (told["key"], told["label"], told["kind"]) == ("account", "Счёт", "textfield")
    assert visited["back"] == {"allowed": True, "reason": None}
    assert second["progress"] == {"visited": 1, "ahead": 1}
    assert (second["actions"], second["step"]["actions"]) == (["next", "back", "cancel", "handoff"],) * 2
    third = (await api.submit(second, {})).json()
    assert [one["key"] for one in third["step"]["visited"]] == ["first", "second"]
    assert third["progress"] == {"visited": 2, "ahead": 0}


async def test_steps_of_called_scripts_are_counted(api: Api) -> None:
    inner = await api.publish(SECOND, THIRD)
    script = await api.publish(FIRST, CallScript(inner), Ask("last"))
    api.fake.play(Scenario(inner, (SECOND, THIRD)))
    session = (await api.start(script)).json()
    ahead = []
    while session["state"] == "active":
        ahead.append(session["progress"]["ahead"])
        session = (await api.submit(session, {})).json()
    assert ahead == [3, 2, 1, 0]
    assert session["progress"] is None


async def test_while_functions_run_there_is_no_progress_to_tell(api: Api) -> None:
    session = (await api.start(await api.publish(CallFunction("billing.none"), FIRST))).json()
    assert (session["state"], session["progress"]) == ("working", None)
