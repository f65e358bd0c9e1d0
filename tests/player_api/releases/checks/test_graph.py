"""Diagrams that are too large, and diagrams that are large."""

import itertools

import pytest

from functions.catalogue import Catalogue
from player_api.releases.check import check
from player_api.releases.checks.graph import MOST_ELEMENTS
from player_api.releases.rules import Rule
from tests.player_api.releases.checks.diagrams import HEAD, ways


def long(tasks: int) -> bytes:
    """A script of so many tasks in a row, with two events around them and a flow before each and the end."""
    names = ["start", *(f"t{number}" for number in range(tasks)), "end"]
    nodes = "".join(f'<userTask id="{name}" name="Шаг {name}"/>' for name in names[1:-1])
    flows = ways(*(f"{before}>{after}" for before, after in itertools.pairwise(names)))
    inside = f'<startEvent id="start"/>{nodes}<endEvent id="end"/>{flows}'
    return f'{HEAD}<process id="long" isExecutable="true">{inside}</process></definitions>'.encode()


@pytest.mark.parametrize(
    ("tasks", "rules"),
    [((MOST_ELEMENTS - 3) // 2, []), (MOST_ELEMENTS // 2, [Rule.TOO_MANY_ELEMENTS])],
)
def test_a_diagram_has_so_many_elements_at_most(tasks: int, rules: list[Rule]) -> None:
    checked = check("long", {"script.bpmn": long(tasks)}, Catalogue())
    assert [finding.rule for finding in checked.findings] == rules


def test_no_more_scripts_are_read_than_a_release_may_hold() -> None:
    def next_one(key: str) -> dict[str, bytes]:
        call = f'<startEvent id="start"/><callActivity id="call" calledElement="s{int(key[1:]) + 1}"/>'
        inside = call + ways("start>call")
        whole = f'{HEAD}<process id="{key}" isExecutable="true">{inside}</process></definitions>'
        return {"script.bpmn": whole.encode()}

    checked = check("s0", next_one("s0"), Catalogue(), next_one)
    assert Rule.TOO_MANY_SCRIPTS in {finding.rule for finding in checked.findings}
    assert len(checked.files) == 51
