"""A form filled with the session's variables, its defaults and answers, as form-js keeps it while somebody types."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from player_api.forms.form import Component, Field, Form, Group, Rows
from player_api.forms.parsing import MOST_ROWS
from player_api.forms.places import Place, put, value_at
from player_api.forms.sentences import Sentences
from player_api.forms.values import answered, initial


@dataclass
class Filled:
    """A form with answers in it, as form-js's state is.

    Attributes:
        shown: the session's variables that the form may refer to.
        before: the data before anybody has touched it.
        data: with the answers.
        complaints: what can't be an answer at all, by place.
    """

    shown: dict[str, Any]
    before: dict[str, Any]
    data: dict[str, Any]
    complaints: dict[Place, list[str]] = field(default_factory=dict)


def fill(form: Form, answers: Mapping[str, Any], shown: dict[str, Any], say: Sentences) -> Filled:
    """Put answers into a form; those of unknown and read-only fields are left out.

    Args:
        form: the form.
        answers: as a channel has sent them.
        shown: the session's variables that the form may refer to.
        say: the language of complaints.
    """
    before = deepcopy(shown)
    _begin(form.scope.components, (), before, shown)
    filled = Filled(shown, before, deepcopy(before))
    _answer(form.scope.components, answers, (), filled, say)
    return filled


def _begin(components: Iterable[Component], place: Place, data: dict[str, Any], shown: Mapping[str, Any]) -> None:
    """Put in what a form holds before anybody has touched it."""
    for component in components:
        at = place + component.path
        if isinstance(component, Group):
            _begin(component.components, place, data, shown)
        elif isinstance(component, Field):
            put(data, at, initial(component, value_at(data, at), shown))
        elif isinstance(component, Rows):
            held = value_at(data, at)
            rows = held if isinstance(held, list) else [{} for _ in range(component.default_rows)]
            put(data, at, [row if isinstance(row, dict) else {} for row in rows[:MOST_ROWS]])
            for index in range(len(rows[:MOST_ROWS])):
                _begin(component.scope.components, (*at, index), data, shown)


def _answer(
    components: Iterable[Component], answers: Mapping[str, Any], place: Place, filled: Filled, say: Sentences
) -> None:
    """Put the answers of one scope in."""
    for component in components:
        at, given = place + component.path, _given(component, answers)
        if isinstance(component, Group):
            _answer(component.components, answers, place, filled, say)
        elif isinstance(component, Field) and not component.read_only and component.type != "expression":
            put(filled.data, at, answered(component, given))
        elif isinstance(component, Rows):
            _answer_rows(component, given, at, filled, say)


def _given(component: Component, answers: Mapping[str, Any]) -> Any:
    # A bot that asks field by field may give an answer under the field's whole key.
    nested = value_at(answers, component.path)
    return answers.get(".".join(component.path)) if nested is None else nested


def _answer_rows(rows: Rows, given: Any, place: Place, filled: Filled, say: Sentences) -> None:
    held = value_at(filled.data, place)
    given = [{} for _ in held] if given is None else given
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        filled.complaints[place] = [say("not_list")]
        return
    if len(given) > MOST_ROWS:
        filled.complaints[place] = [say("too_many_rows", limit=MOST_ROWS)]
        return
    if not rows.may_change and len(given) != len(held):
        filled.complaints[place] = [say("other_rows", count=len(held))]
        return
    within = rows.scope.components
    fixed = [component.path for component in within if isinstance(component, Field) and component.read_only]
    put(filled.data, place, [_row_of(answers, index, held, fixed) for index, answers in enumerate(given)])
    for index, answers in enumerate(given):
        _begin(within, (*place, index), filled.data, filled.shown)
        _answer(within, answers, (*place, index), filled, say)


def _row_of(answers: Mapping[str, Any], index: int, held: list[Any], fixed: list[tuple[str, ...]]) -> dict[str, Any]:
    """The row that answers are about, as it was: of rows that moved up or down the one with the same fixed values."""
    same = [row for row in held if all(value_at(row, path) == value_at(answers, path) for path in fixed)]
    if fixed and same:
        return deepcopy(dict(same[0]))
    return deepcopy(dict(held[index])) if index < len(held) and not fixed else {}
