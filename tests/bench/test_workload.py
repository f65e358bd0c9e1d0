"""The recorded sessions: they are what the conversations make of them, and what the benchmark promises they are."""

from pathlib import Path

import pytest

from bench.replay.run import chosen
from bench.replay.workload import (
    ACCOUNTS,
    CALL_AGAIN,
    SESSIONS,
    STEPS,
    THINKING,
    WITHIN,
    Walk,
    conversations,
    make,
    read,
    write,
)
from stack.folder import ROOT
from stack.scripts import started_alone


@pytest.fixture(scope="module")
def walks() -> list[Walk]:
    return read()


def test_kept_sessions_are_made_of_the_conversations(walks: list[Walk]) -> None:
    assert list(make(conversations())) == walks


def test_every_script_has_its_conversation() -> None:
    left_out = {"bot_triage", "iptv_support"}  # nobody waits there for a form; younger than the published figures
    started = {folder.name for folder in started_alone(ROOT / "bpmn")}
    assert {conversation.script for conversation in conversations()} == started - left_out


def test_each_session_is_another_customer_but_for_those_who_call_again(walks: list[Walk]) -> None:
    again = [walk for walk in walks if walk.follows is not None]
    first = {walk.number: walk for walk in walks if walk.follows is None}
    assert len(walks) == SESSIONS
    assert len(again) == SESSIONS * CALL_AGAIN
    assert len({walk.account for walk in first.values()}) == len(first)
    assert len({walk.follows for walk in again}) == len(again)
    assert all(walk.account == first[walk.follows or 0].account for walk in again)
    assert all(0 <= walk.gap <= WITHIN for walk in again)
    assert {int(walk.account) for walk in walks} <= set(ACCOUNTS)


def test_thinking_takes_as_long_as_is_said(walks: list[Walk]) -> None:
    shortest, longest = THINKING
    assert all(len(walk.thinking) == STEPS for walk in walks)
    assert all(shortest <= seconds <= longest for walk in walks for seconds in walk.thinking)
    times = [seconds for walk in walks for seconds in walk.thinking]
    assert sum(times) / len(times) == pytest.approx((shortest + longest) / 2, rel=0.02)


def test_places_are_filled(walks: list[Walk]) -> None:
    asked = {walk.number: walk.answers.get("ask_account") or walk.answers.get("ask_caller") for walk in walks}
    first = [(given, walk) for walk in walks if (given := asked[walk.number])]
    said = {given["account"] == walk.account for given, walk in first}
    assert said == {True, False}
    assert all(walk.variables in ({}, {"account": walk.account}) for walk in walks)
    assert not any("{" in str(value) for given, _ in first for value in given.values())


@pytest.mark.parametrize("sessions", [10, 250, 1_000])
def test_chosen_sessions_keep_who_is_followed(walks: list[Walk], sessions: int) -> None:
    some = chosen(walks, sessions)
    numbers = {walk.number for walk in some}
    assert len(some) == pytest.approx(sessions, rel=0.2)
    assert all(walk.follows in numbers for walk in some if walk.follows is not None)


def test_written_sessions_are_read_again(walks: list[Walk], tmp_path: Path) -> None:
    file = tmp_path / "walks.jsonl"
    write(walks[:3], file)
    assert read(file) == walks[:3]
