"""What a field can hold: an answer as form-js's state has it, and what is wrong with it.

The rules are those of form-js-viewer 2.0 (core/Validator and the components' ``sanitizeValue``), so that a form accepts
the same in every channel. Beyond them a value must be one that the player could have produced.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import re2

from player_api.forms.form import Field
from player_api.forms.options import is_among
from player_api.forms.sentences import Sentences

LONGEST_TEXT = 4_000
"""Characters; Camunda's string variables hold no more."""
_MOST_CHOICES = 1_000
_LARGEST_INTEGER = 2**63
_WHITE = "".join(map(chr, [*range(9, 14), 32, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288, 65279]))
"""What JavaScript's ``trim`` takes off."""
_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_EARLIEST_ZONE = timedelta(hours=12)
_EMAIL = re2.compile(
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)
_PHONE = re.compile(r"(\+|00)[1-9]\d{6,24}", re.ASCII)

Shown = Mapping[str, Any]


def empty(field: Field) -> Any:
    """Return what form-js has in a field where nothing is."""
    match field.type:
        case "textfield" | "textarea":
            return ""
        case "checkbox":
            return False
        case "checklist" | "taglist":
            return []
        case _:
            return None


def initial(field: Field, value: Any, data: Shown) -> Any:
    """Return what a field holds before anybody has touched it.

    Args:
        field: the field.
        value: what the session has for it, None where it has nothing.
        data: the session's variables as the step shows them.
    """
    if value is None:
        return empty(field) if field.default is None else field.default
    match field.type:
        case "textfield" | "textarea":
            return _as_text(field, value)
        case "checkbox":
            return value is True
        case "number":
            return _as_number(field, value)
        case "datetime":
            return None if wrong_type(field, value) else value
        case _:
            return _offered(field, value, data)


def _offered(field: Field, value: Any, data: Shown) -> Any:
    if field.options is None or field.options.computed or field.options.function is not None:
        return value
    choices = field.options.values(data)
    if field.type in {"checklist", "taglist"}:
        return [item for item in value if is_among(item, choices)] if isinstance(value, list) else []
    return value if is_among(value, choices) else None


def answered(field: Field, answer: Any) -> Any:
    """Return an answer as form-js's state would have it; one of a wrong type stays as it is."""
    if answer is None or answer == "":
        return empty(field)
    if isinstance(answer, str) and field.type == "textfield":
        return re.sub(r"[\r\n\t]", " ", answer)
    if field.type == "number" and field.component.get("serializeToString"):
        return _as_number(field, answer) if isinstance(answer, int | float) else answer
    if field.type == "number" and isinstance(answer, float) and answer.is_integer() and abs(answer) < 2**53:
        return int(answer) if field.whole else answer
    return answer


def is_empty(value: Any) -> bool:
    """Whether nothing was answered."""
    return value is None or value in ("", [])


def wrong_type(field: Field, value: Any) -> str | None:
    """Return the name of the sentence that says what kind of value a field needs; None where it is one."""
    fits, sentence = _KINDS.get(field.type, (_is_anything, ""))
    return None if is_empty(value) or fits(field, value) else sentence


def complaints(field: Field, value: Any, rules: Mapping[str, Any], say: Sentences) -> Iterator[str]:
    """Say what a field's rules have against a value of the right type; patterns and choices apart.

    Args:
        field: the field.
        value: what it holds.
        rules: form-js's ``validate`` with the expressions in it evaluated.
        say: the language of complaints.
    """
    if is_empty(value) or (field.type == "checkbox" and value is False):
        if rules.get("required"):
            yield say("required")
        return
    if field.type == "number":
        yield from _of_number(field, Decimal(str(value)), say)
        if isinstance(value, int) and abs(value) >= _LARGEST_INTEGER:
            yield say("too_large", limit=_LARGEST_INTEGER - 1)
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        yield from _of_bounds(value, rules, say)
    if isinstance(value, str):
        yield from _of_text(value, rules, say)
    if field.type == "datetime" and field.component.get("disallowPassedDates") and _is_past(value):
        yield say("in_the_past")


def _of_number(field: Field, number: Decimal, say: Sentences) -> Iterator[str]:
    digits = field.component.get("decimalDigits")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(digits, int) and isinstance(exponent, int) and -exponent > digits >= 0:
        yield say("not_whole") if digits == 0 else say("too_many_digits", limit=digits)
    increment = _decimal(field.component.get("increment") or None)
    if increment and abs(number) < Decimal("1e25") and number % increment != 0:
        below = number - number % increment
        yield say("between_steps", below=f"{below:f}", above=f"{below + increment:f}")


def _of_bounds(value: float | str, rules: Mapping[str, Any], say: Sentences) -> Iterator[str]:
    number = _decimal(value)
    for rule, sentence, sign in (("min", "too_small", 1), ("max", "too_large", -1)):
        if rules.get(rule) is None:
            continue
        bound = _decimal(rules[rule])
        if bound is None or number is None:
            yield say("no_bound")
        elif (number - bound) * sign < 0:
            yield say(sentence, limit=rules[rule])


def _of_text(text: str, rules: Mapping[str, Any], say: Sentences) -> Iterator[str]:
    if len(text) > LONGEST_TEXT:
        yield say("too_long", limit=LONGEST_TEXT)
        return
    length = len(text.strip(_WHITE).encode("utf-16-le")) // 2
    if (shortest := _decimal(rules.get("minLength"))) is not None and length < shortest:
        yield say("too_short", limit=rules["minLength"])
    if (longest := _decimal(rules.get("maxLength"))) is not None and length > longest:
        yield say("too_long", limit=rules["maxLength"])
    match rules.get("validationType"):
        case "email" if not _EMAIL.search(text):
            yield say("not_email")
        case "phone" if not _PHONE.fullmatch(text):
            yield say("not_phone")


def _decimal(given: Any) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_number(field: Field, value: Any) -> bool:
    if isinstance(value, str):
        return bool(field.component.get("serializeToString")) and _NUMBER.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _as_number(field: Field, value: Any) -> Any:
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip(_WHITE)):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
        return None
    if field.component.get("serializeToString"):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, str):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return value


def _as_text(field: Field, value: Any) -> str:
    if isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return re.sub(r"[\r\n\t]", " ", text) if field.type == "textfield" else text


def _is_text(_field: Field, text: Any) -> bool:
    if not isinstance(text, str):
        return False
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return "\0" not in text


def _is_moment(field: Field, text: Any) -> bool:
    if not isinstance(text, str):
        return False
    day, letter, clock = text.partition("T")
    match field.component.get("subtype"):
        case "date":
            return not letter and _is_day(text)
        case "time":
            return _is_time(text)
        case "datetime":
            return bool(letter) and _is_day(day) and _is_time(clock)
        case _:
            return _is_day(text) or _is_time(text) or (bool(letter) and _is_day(day) and _is_time(clock))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-23")


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    try:
        return found is not None and bool(time.fromisoformat(found[1]).isoformat())
    except ValueError:
        return False


def _is_past(text: str) -> bool:
    # What is past where the customer is can't be known here: only what is past everywhere is.
    today = (datetime.now(UTC) - _EARLIEST_ZONE).date()
    return _is_day(text[:10]) and date.fromisoformat(text[:10]) < today


def _is_choices(_field: Field, value: Any) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_CHOICES


def _is_boolean(_field: Field, value: Any) -> bool:
    return isinstance(value, bool)


def _is_anything(_field: Field, _value: Any) -> bool:
    return True


_KINDS: Mapping[str, tuple[Callable[[Field, Any], bool], str]] = {
    "checkbox": (_is_boolean, "not_boolean"),
    "number": (_is_number, "not_number"),
    "checklist": (_is_choices, "not_list"),
    "taglist": (_is_choices, "not_list"),
    "datetime": (_is_moment, "not_date"),
    "textfield": (_is_text, "not_text"),
    "textarea": (_is_text, "not_text"),
}
