"""The publish benchmark: its plan, its judge, its figures and its script."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.publish.judge import Instance, Start, Version, deployments, due, misrouted, mixed, versions
from bench.publish.results import PUBLISHED, ROLLED_BACK, TESTED, Measured, Switch, figures
from bench.publish.run import plan
from bench.publish.script import called_files, root_files

BEGAN = datetime(2026, 11, 27, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def start(release: int, created: float, answered: float, channel: str = "crm") -> Start:
    return Start("s", channel, release, at(created), at(answered))


KNOWN = [
    Version(at(0), at(10.5), [{"release": 1}]),
    Version(at(10), at(20.5), [{"release": 2}, {"channel": "bot", "release": 1}]),
    Version(at(20), None, [{"release": 1}, {"channel": "bot", "release": 1}]),
]


@pytest.mark.parametrize(
    ("started", "is_wrong"),
    [
        (start(1, 5, 6), False),
        (start(2, 5, 6), True),
        (start(2, 9, 10.1), False),  # switched while the request was under way
        (start(1, 10.2, 10.4), False),  # the switch may not have been committed yet
        (start(1, 11, 12), True),
        (start(2, 11, 12), False),
        (start(2, 11, 12, "bot"), True),
        (start(1, 11, 12, "bot"), False),
        (start(1, 30, 31), False),
        (start(2, 30, 31), True),
        (start(3, 30, 31), True),
    ],
)
def test_a_session_must_have_a_release_that_was_in_force_for_it(started: Start, *, is_wrong: bool) -> None:
    assert misrouted([started], KNOWN) == (["s"] if is_wrong else [])


def test_no_rule_is_for_a_channel_that_none_names() -> None:
    assert due([{"channel": "bot", "release": 3}], "crm") is None
    assert due([{"channel": "bot", "release": 3}], "bot") == 3


def test_a_version_ends_when_the_next_switch_is_known() -> None:
    history = [
        {"version": 5, "changed_at": at(10).isoformat(), "rules": []},
        {"version": 4, "changed_at": at(0).isoformat(), "rules": []},
    ]
    assert versions(history, {4: at(1), 5: at(11)}) == [Version(at(0), at(11), []), Version(at(10), None, [])]


def test_a_session_with_called_instances_of_another_deployment_is_mixed() -> None:
    instances = [
        Instance("a", "root:1"),
        Instance("a", "called:1"),
        Instance("b", "root:2"),
        Instance("b", "called:2"),
        Instance("b", "called:1"),
    ]
    ran = deployments(instances, {"root:1": "d1", "called:1": "d1", "root:2": "d2", "called:2": "d2"})
    assert ran == {"a": {"d1"}, "b": {"d1", "d2"}}
    assert mixed(ran) == ["b"]


def test_half_of_the_publications_run_the_cases_and_rollbacks_are_among_them() -> None:
    planned = list(plan(20, 5))
    assert [planned.count(kind) for kind in (PUBLISHED, TESTED, ROLLED_BACK)] == [10, 10, 5]
    assert planned[:5] == [PUBLISHED, TESTED, PUBLISHED, TESTED, ROLLED_BACK]
    assert list(plan(1, 0)) == [PUBLISHED]


def test_figures_are_named_as_the_acceptance_names_them() -> None:
    switches = [
        Switch(PUBLISHED, 2, 1.5),
        Switch(PUBLISHED, 3, 1.25),
        Switch(TESTED, 4, 9.0),
        Switch(ROLLED_BACK, 3, 0.5),
    ]
    measured = Measured(switches, 9, 9, {"start: 503, Retry-After": 2, "submit: 409": 1}, ["a"], [], ["b", "c"])
    assert figures(measured) == {
        "publish_seconds_max": 1.5,
        "publish_with_tests_seconds_max": 9.0,
        "rollback_seconds_max": 0.5,
        "failed_requests": 3,
        "mixed_sessions": 1,
        "misrouted_sessions": 0,
        "unseen_sessions": 2,
    }


def test_another_text_is_another_script_with_twenty_cases() -> None:
    first, second = root_files("Один"), root_files("Два")
    assert first["script.bpmn"] != second["script.bpmn"]
    assert sum(name.startswith("tests/") for name in first) == 20
    assert called_files("Один") != called_files("Два")
