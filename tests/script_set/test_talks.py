"""The scripts of the set spoken to their ends: one question after another, typed, and by the keys of a telephone."""

from collections.abc import Callable

import pytest

from tests.script_set.test_walks import GENERATED, STRAIGHT
from tests.script_set.walker import Json, Walker

Case = tuple[str, Json, list[tuple[str, Json]], str, Json]
TALKED: list[Case] = [
    *(case for case in STRAIGHT if case[0] != "set_timers"),
    ("set_timers", {}, [], "in_time", {}),  # a step that asks nothing is said, and left before its time is over
    ("set_generated", {"who": "Анна"}, [("ask", GENERATED), ("repeat", {})], "end", GENERATED),
]


def typed(turn: Json, answers: Json) -> Json:
    """What a customer types into a chat, or a recogniser hears."""
    answer = answers.get(turn["field"])
    if turn["expects"] == "nothing":
        return {"text": "хорошо"}
    if turn["expects"] == "yes_no":
        return {"text": "да" if answer else "нет"}
    if answer is None:
        return {"text": "пропустить"}
    return {"text": str(answer)}


def pressed(turn: Json, answers: Json) -> Json:
    """What a customer presses, and says where keys can't say it."""
    answer = answers.get(turn["field"])
    if turn["expects"] == "yes_no":
        return {"dtmf": "1" if answer else "2"}
    if turn["expects"] == "choice" and answer is not None:
        [number] = [option["number"] for option in turn["options"] if option["value"] == answer]
        return {"dtmf": str(number)}
    if turn["expects"] == "date" and answer is not None:
        year, month, day = answer.split("-")
        return {"dtmf": f"{day}{month}{year}"}
    if isinstance(answer, int) or (isinstance(answer, str) and answer.isdecimal()):
        return {"dtmf": f"{answer}#"}
    return typed(turn, answers)


@pytest.mark.parametrize(("channel", "reply"), [("bot", typed), ("ivr", pressed)])
@pytest.mark.parametrize("case", TALKED, ids=lambda case: f"{case[0]}-{case[3]}")
async def test_a_script_is_spoken_to_its_end(
    walker: Walker, case: Case, channel: str, reply: Callable[[Json, Json], Json]
) -> None:
    script, variables, steps, end, result = case
    await walker.publish(script)
    turn = await walker.begin(script, channel, variables)
    answers = dict(steps)
    turn = await walker.listen(turn)
    while turn["state"] == "active":
        assert "{{" not in turn["prompt"]["text"]
        turn = await walker.say(turn, **reply(turn, answers[turn["step"]]))
    assert turn["state"] == "ended", turn
    assert turn["result"] == {"end": end, "variables": result}
