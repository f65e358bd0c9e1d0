"""Answers checked against a form on the server, whatever a channel has checked before.

The rules are form-js's own (packages/form-js-viewer, core/Validator), so that a form accepts the same in every channel.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from feel import Evaluator
from player_api.forms.errors import AnswersInvalid
from player_api.forms.form import Field, Form
from player_api.forms.sentences import Sentences

LONGEST_TEXT = 4_000
"""Characters; Camunda's string variables hold no more."""


class AnswerChecker:
    """Checks answers to forms.

    Args:
        evaluator: evaluates the expressions of a form.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    async def check(
        self, form: Form, answers: Mapping[str, Any], data: Mapping[str, Any], sentences: Sentences
    ) -> dict[str, Any]:
        """Return the variables that the answers become: one for each input, None where it was left empty.

        Answers to unknown and read-only fields are dropped.

        Args:
            form: the step's form.
            answers: what the channel sent, by field key.
            data: the session's variables, for choices that come from them.
            sentences: the language of complaints.

        Raises:
            AnswersInvalid: with every complaint, by field key.
        """
        checked = list(_checked(form, answers, data, sentences))
        if complaints := {key: found for key, _, found in checked if found}:
            raise AnswersInvalid(complaints)
        return {key: value for key, value, _ in checked}

    async def valid_so_far(
        self, form: Form, answers: Mapping[str, Any], data: Mapping[str, Any], sentences: Sentences
    ) -> dict[str, Any]:
        """Return those of the answers to a form that may be half filled which are valid already; as `check`."""
        checked = _checked(form, answers, data, sentences)
        return {key: value for key, value, found in checked if value is not None and not found}


def _checked(
    form: Form, answers: Mapping[str, Any], data: Mapping[str, Any], sentences: Sentences
) -> Iterator[tuple[str, Any, list[str]]]:
    for field in form.fields:
        if not field.read_only:
            value = _normalised(field, answers.get(field.key))
            yield field.key, value, _complaints(field, value, data, sentences)


def _normalised(field: Field, value: Any) -> Any:
    if field.type == "checkbox" and value is None:
        return False
    if field.type == "number" and isinstance(value, float) and value.is_integer() and field.whole:
        return int(value)
    return None if value in ("", []) else value


def _complaints(field: Field, value: Any, data: Mapping[str, Any], say: Sentences) -> "list[str]":
    if value is None or (field.type == "checkbox" and value is False):
        return [say("required")] if field.rules.get("required") else []
    if wrong := _wrong_type(field, value):
        return [say(wrong)]
    if isinstance(value, str):
        return _text_complaints(field, value, data, say)
    if field.type == "number":
        return _number_complaints(field, value, say)
    if isinstance(value, list) and field.options:
        choices = field.options.values(data)
        return [say("not_offered")] if any(item not in choices for item in value) else []
    return [] if field.options is None or value in field.options.values(data) else [say("not_offered")]


def _wrong_type(field: Field, value: Any) -> str | None:
    match field.type:
        case "checkbox":
            return None if isinstance(value, bool) else "not_boolean"
        case "number":
            return None if isinstance(value, int | float) and not isinstance(value, bool) else "not_number"
        case "checklist" | "taglist":
            return None if isinstance(value, list) and len(value) <= 1_000 else "not_list"
        case "radio" | "select":
            return None if isinstance(value, str | int | float | bool) else "not_offered"
        case "datetime":
            return None if isinstance(value, str) and _is_moment(value) else "not_date"
        case _:
            return None if isinstance(value, str) else "not_text"


def _is_moment(text: str) -> bool:
    for kind in (date, datetime, time):
        try:
            kind.fromisoformat(text)
        except ValueError:
            continue
        return True
    return False


def _text_complaints(field: Field, text: str, data: Mapping[str, Any], say: Sentences) -> list[str]:
    if field.options:
        return [] if text in field.options.values(data) else [say("not_offered")]
    rules, found = field.rules, []
    if len(text) > LONGEST_TEXT or "\0" in text:
        return [say("too_long", limit=LONGEST_TEXT)]
    if (shortest := rules.get("minLength")) is not None and len(text) < shortest:
        found.append(say("too_short", limit=shortest))
    if (longest := rules.get("maxLength")) is not None and len(text) > longest:
        found.append(say("too_long", limit=longest))
    if (pattern := rules.get("pattern")) and not re.search(pattern, text):
        found.append(rules.get("patternErrorMessage") or say("pattern"))
    return found


def _number_complaints(field: Field, number: float, say: Sentences) -> list[str]:
    found = []
    if field.whole and not isinstance(number, int):
        found.append(say("not_whole"))
    if (least := _bound(field, "min")) is not None and number < least:
        found.append(say("too_small", limit=least))
    if (most := _bound(field, "max")) is not None and number > most:
        found.append(say("too_large", limit=most))
    return found


def _bound(field: Field, name: str) -> float | None:
    bound = field.rules.get(name)
    return bound if isinstance(bound, int | float) else None
