"""Answers checked against a form on the server, whatever a channel has checked before."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from engine import Opaque
from engine.errors import VariableInvalid
from engine.variables import encode
from feel import Evaluator, FeelError, LenientExpressions
from player_api.forms.errors import AnswersInvalid, FormUnsupported
from player_api.forms.filling import Filled, fill
from player_api.forms.form import Field, Form, Group, Rows, Scope
from player_api.forms.options import is_among
from player_api.forms.places import Place, clear, put, value_at
from player_api.forms.sentences import Sentences
from player_api.forms.values import complaints, is_empty, wrong_type
from player_api.forms.visiting import View, Visit, Visited

_ROUNDS = 5
"""Times that expression fields are computed anew, since they may depend on each other."""


def shown_data(form: Form, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a session's variables that a form shows or refers to, as JSON; a channel gets no others."""
    return {
        name: as_json(value, is_day=name in form.days) for name, value in variables.items() if name in form.variables
    }


def as_json(value: Any, *, is_day: bool) -> Any:
    """Return the value of a variable as JSON holds it: times as ISO 8601, None for what can't be read.

    Args:
        value: as the engine gave it.
        is_day: a time stands for its day.
    """
    if isinstance(value, datetime):
        if is_day:
            return value.date().isoformat()
        return value.isoformat().replace("+00:00", "Z")
    return None if isinstance(value, Opaque) else value


class AnswerChecker:
    """Checks answers to forms.

    Args:
        evaluator: evaluates the expressions of a form.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._prepared: WeakKeyDictionary[Scope, LenientExpressions] = WeakKeyDictionary()

    async def check(
        self, form: Form, answers: Mapping[str, Any], variables: Mapping[str, Any], sentences: Sentences
    ) -> dict[str, Any]:
        """Return the variables that the answers become: one for each input, None where it was left empty.

        Answers to fields that are unknown, hidden, read-only or computed are dropped. A field that a condition makes
        read-only keeps its value where it was so before anything was typed.

        Args:
            form: the step's form.
            answers: what the channel sent: by field key, nested where a key has dots, lists of objects for rows.
            variables: the session's, for choices and expressions that refer to them.
            sentences: the language of complaints.

        Raises:
            AnswersInvalid: with every complaint, by field key; within rows by the list's, the row's number from 0 and
                the field's, joined by dots.
            FormUnsupported: its expressions can't be evaluated within the limits.
        """
        outputs, found = await self._checked(form, answers, variables, sentences)
        if not found:
            found = {(name,): [sentences("too_much")] for name, value in outputs.items() if not _can_be_held(value)}
        if found:
            raise AnswersInvalid({".".join(map(str, place)): said for place, said in found.items()})
        return outputs

    async def valid_so_far(
        self, form: Form, answers: Mapping[str, Any], variables: Mapping[str, Any], sentences: Sentences
    ) -> dict[str, Any]:
        """Return those of the answers to a form that may be half filled which are valid already; as `check`."""
        outputs, found = await self._checked(form, answers, variables, sentences)
        wrong = {place[0] for place in found}
        return {name: value for name, value in outputs.items() if value is not None and name not in wrong}

    async def _checked(
        self, form: Form, answers: Mapping[str, Any], variables: Mapping[str, Any], say: Sentences
    ) -> tuple[dict[str, Any], dict[Place, list[str]]]:
        filled = fill(form, answers, shown_data(form, variables), say)
        try:
            return await self._read(form, filled, say)
        except FeelError as error:
            raise FormUnsupported(
                f"её выражения нельзя вычислить: {error.reason}", f"its expressions can't be evaluated: {error.reason}"
            ) from error

    async def _read(self, form: Form, filled: Filled, say: Sentences) -> tuple[dict[str, Any], dict[Place, list[str]]]:
        await self._keep_locked(form, filled)
        seen = await self._seen(form, filled)
        outputs: dict[str, Any] = {}
        found = dict(filled.complaints)
        async for visited in Visit(self._prepare, filled.data, shown_around=True).go(form.scope, View(seen, seen)):
            if visited.hidden:
                continue
            component, place = visited.component, visited.place
            value = value_at(filled.data, place)
            if isinstance(component, Rows):
                put(outputs, place, [{} for _ in value or ()])
                continue
            assert isinstance(component, Field)  # noqa: S101 - groups are not visited
            if component.disabled:
                continue
            is_readable = not any(place[: len(wrong)] == wrong for wrong in filled.complaints)
            if is_readable and (said := await self._complaints(visited, value, filled.shown, say)):
                found[place] = said
            if not (component.read_only and len(place) == 1 and (place[0] in filled.shown or is_empty(value))):
                put(outputs, place, None if is_empty(value) else value)
        return outputs, found

    async def _seen(self, form: Form, filled: Filled) -> dict[str, Any]:
        """The data that expressions see: where a field is hidden, what it held at first. Computes on the way."""
        if not _has_expressions(form.scope):
            return filled.data
        for _ in range(_ROUNDS):
            without_hidden = deepcopy(filled.data)
            visit = Visit(self._prepare, filled.data, shown_around=False)
            async for visited in visit.go(form.scope, View(filled.data, filled.data)):
                if visited.hidden:
                    clear(without_hidden, visited.place)
            seen = {**filled.before, **without_hidden}
            if not await self._compute(form, filled, seen):
                break
        return seen

    async def _compute(self, form: Form, filled: Filled, seen: Mapping[str, Any]) -> bool:
        """Compute the expression fields; return whether any has changed."""
        has_changed = False
        visit = Visit(self._prepare, filled.data, shown_around=True)
        computed = [
            (visited.place, visited.found[f"{visited.component.id}.value"])
            async for visited in visit.go(form.scope, View(seen, seen))
            if isinstance(visited.component, Field) and visited.component.type == "expression" and not visited.hidden
        ]
        for place, value in computed:
            if value_at(filled.data, place) != value:
                put(filled.data, place, value)
                has_changed = True
        return has_changed

    async def _keep_locked(self, form: Form, filled: Filled) -> None:
        if not any(name.endswith(".readonly") for name in _condition_names(form.scope)):
            return
        before = View(filled.before, filled.before)
        kept: dict[Place, Any] = {}
        async for visited in Visit(self._prepare, filled.before, shown_around=True).go(form.scope, before):
            component = visited.component
            locked = isinstance(component, Field) and component.locked_by_condition
            if locked and visited.found[f"{component.id}.readonly"] is True:
                kept[visited.place] = value_at(filled.before, visited.place)
        typed = {place: value_at(filled.data, place) for place in kept}
        for place, value in kept.items():
            if len(place) == 1 or value_at(filled.data, place[:-1]) is not None:
                put(filled.data, place, value)
        seen = await self._seen(form, filled)
        async for visited in Visit(self._prepare, filled.data, shown_around=True).go(form.scope, View(seen, seen)):
            if visited.place in kept and visited.found[f"{visited.component.id}.readonly"] is not True:
                put(filled.data, visited.place, typed[visited.place])

    async def _complaints(self, visited: Visited, value: Any, shown: Mapping[str, Any], say: Sentences) -> list[str]:
        component = visited.component
        assert isinstance(component, Field)  # noqa: S101 - as above
        if wrong := wrong_type(component, value):
            return [say(wrong)]
        computed = {name: visited.found[f"{component.id}.{name}"] for name in _computed_rules(visited)}
        said = list(complaints(component, value, {**component.rules, **computed}, say))
        pattern = component.pattern if isinstance(value, str) and value and not said else None
        if pattern is not None and not await pattern.is_in(value, self._evaluator):
            said.append(component.rules.get("patternErrorMessage") or say("pattern"))
        if component.options is not None and component.options.function is None and not is_empty(value):
            choices = component.options.values(shown, visited.found.get(f"{component.id}.options"))
            if not all(is_among(item, choices) for item in (value if isinstance(value, list) else [value])):
                said.append(say("not_offered"))
        return said

    def _prepare(self, scope: Scope) -> LenientExpressions:
        prepared = self._prepared.get(scope)
        if prepared is None:
            prepared = self._prepared[scope] = self._evaluator.lenient(scope.values, scope.conditions)
        return prepared


def _computed_rules(visited: Visited) -> Iterable[str]:
    names = ("min", "max", "minLength", "maxLength")
    return (name for name in names if f"{visited.component.id}.{name}" in visited.found)


def _has_expressions(scope: Scope) -> bool:
    within = [*scope.components]
    for component in within:
        if isinstance(component, Group):
            within.extend(component.components)
    rows = (component.scope for component in within if isinstance(component, Rows))
    return bool(scope.values or scope.conditions) or any(_has_expressions(row) for row in rows)


def _condition_names(scope: Scope) -> Iterable[str]:
    yield from scope.conditions
    within = [*scope.components]
    for component in within:
        if isinstance(component, Group):
            within.extend(component.components)
        elif isinstance(component, Rows):
            yield from _condition_names(component.scope)


def _can_be_held(value: Any) -> bool:
    try:
        encode({"it": value})
    except VariableInvalid:
        return False
    return True
