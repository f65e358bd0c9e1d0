"""What the journal's events make of a session's way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from player_api.sessions.trail import read_trail
from store.journal import EventType, RecordedEvent

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def events(*told: tuple[str, dict[str, Any]]) -> list[RecordedEvent]:
    return [
        RecordedEvent(number, NOON + timedelta(minutes=number), EventType(kind), "key:operator", data)
        for number, (kind, data) in enumerate(told)
    ]


def answer(step: str, key: str = "k", **answers: Any) -> tuple[str, dict[str, Any]]:
    return "answer_given", {"step": step, "key": step.upper(), "idempotency_key": key, "answers": answers}


def refused(step: str, key: str = "k") -> tuple[str, dict[str, Any]]:
    return "answer_refused", {"step": step, "idempotency_key": key, "reason": "step changed"}


def effect(state: str, key: str = "e") -> tuple[str, dict[str, Any]]:
    return "effect", {"function": "billing.pay", "activity_id": "pay", "state": state, "key": key}


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ([answer("a"), answer("b")], ["a", "b"]),
        ([answer("a"), refused("a")], []),
        ([answer("a"), answer("a", "other"), refused("a", "other")], ["a"]),
        ([answer("a", x=1), answer("a", "k", x=2)], ["a"]),
        ([answer("a"), refused("a"), answer("a")], ["a"]),
    ],
)
def test_answers_count_until_they_are_refused(told: list[tuple[str, dict[str, Any]]], counts: list[str]) -> None:
    assert [one.step for one in read_trail(events(*told)).answered] == counts


def test_of_two_answers_under_one_key_the_later_counts() -> None:
    [one] = read_trail(events(answer("a", x=1), answer("a", x=2))).answered
    assert one.answers == {"x": 2}


def back(kind: str, *set_aside: str) -> tuple[str, dict[str, Any]]:
    return f"back_{kind}", {"back": "b1", "to": "a", "set_aside": list(set_aside)}


@pytest.mark.parametrize(
    ("told", "counts", "proposed", "under_way"),
    [
        ([answer("a"), answer("b"), back("begun")], ["a", "b"], [], True),
        ([answer("a"), answer("b"), back("begun"), back("given_up")], ["a", "b"], [], False),
        ([answer("a"), answer("b"), back("begun"), back("done", "a", "b")], [], ["A", "B"], False),
        ([answer("a"), answer("b"), back("begun"), back("done", "a")], ["b"], ["A"], False),
        ([answer("a"), back("begun"), answer("b"), back("done", "a", "b")], [], ["A", "B"], False),
        ([answer("a"), back("begun"), back("done", "a"), answer("b"), refused("b")], [], ["A"], False),
    ],
)
def test_what_a_back_sets_aside_is_proposed(
    told: list[tuple[str, dict[str, Any]]], counts: list[str], proposed: list[str], *, under_way: bool
) -> None:
    trail = read_trail(events(*told))
    assert [one.step for one in trail.answered] == counts
    assert (list(trail.proposals), trail.going_back) == (proposed, under_way)


def test_an_answer_takes_the_place_of_its_proposal() -> None:
    told = [answer("a", x=1), back("begun"), back("done", "a"), ("answer_given", {**answer("a2", x=2)[1], "key": "A"})]
    trail = read_trail(events(*told))
    assert ([one.step for one in trail.answered], trail.proposals) == (["a2"], {})


def test_a_call_that_can_be_undone_stands_in_no_way() -> None:
    kind, data = effect("done")
    trail = read_trail(events(answer("a"), (kind, {**data, "kind": "compensable"})))
    assert trail.irreversible == ()


@pytest.mark.parametrize(
    ("states", "stands"),
    [(["begun"], True), (["begun", "done"], True), (["begun", "not_made"], False), (["begun", "refused"], False)],
)
def test_a_call_stands_in_the_way_unless_it_certainly_had_no_effect(states: list[str], *, stands: bool) -> None:
    trail = read_trail(events(answer("a"), *(effect(state) for state in states), answer("b")))
    before, after = trail.answered
    made = trail.irreversible_since(before.at)
    assert (made is not None) is stands
    assert made is None or made.activity == "pay"
    assert trail.irreversible_since(after.at) is None
