"""A form as one question after another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from player_api.conversations.understanding.options import Option
from player_api.conversations.understanding.words import Language
from player_api.forms.options import SEARCHED_BY
from player_api.forms.places import value_at
from player_api.forms.plain import paragraphs
from player_api.forms.said import text_of, visible
from player_api.forms.texts import Texts, shown

_ONLY_DIGITS = re.compile(r"\^?(?:(?:\\d|\[0-9\]|\d)(?:\{\d+(?:,\d*)?\}|[+*?])?)+\$?")
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_NOT_ASKED = "-"
_MOST_OPTIONS = 200
_LABELS = ("label", "dateLabel", "timeLabel")


class Kind(Enum):
    """What an answer to a question is."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    DIGITS = "digits"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    SUM = "sum"
    PHONE = "phone"
    SEARCH = "search"
    """One of the choices that a function finds by what is said."""


@dataclass(frozen=True)
class Question:
    """One field of a form, as it is asked.

    Attributes:
        place: where its answer is in the answers to the form.
        kind: what is expected; None where only a person at a screen could answer.
        component: the field's part of the form.
        said: paragraphs that come before the question.
        asks: the question itself; None where what is said asks it.
        help: what the answer looks like.
        options: what can be chosen.
        present: the value that the field has already.
        required: whether there must be an answer.
        attempts: how often it is asked before a person takes over; None where the form doesn't say.
        is_secret: its answer is never read aloud.
    """

    place: tuple[str, ...]
    kind: Kind | None
    component: Mapping[str, Any]
    said: tuple[str, ...]
    asks: str | None
    help: str | None
    options: tuple[Option, ...]
    present: Any
    required: bool
    attempts: int | None
    is_secret: bool

    @property
    def key(self) -> str:
        """Its place in one word, as complaints name it."""
        return ".".join(self.place)

    @property
    def brief(self) -> str:
        """The question alone, without what is said before it."""
        if self.asks is not None:
            return self.asks
        sentences = [part.strip() for part in _SENTENCE.findall(self.said[-1])] if self.said else []
        return sentences[-1] if sentences else self.label

    @property
    def label(self) -> str:
        """What the field is called."""
        return _label(self.component)

    def read_back(self, value: Any, language: Language) -> str:
        """Return an answer as it is read back to who gave it."""
        if self.is_secret:
            return "•••"
        if isinstance(value, list):
            return ", ".join(self.read_back(item, language) for item in value)
        for option in self.options:
            if option.value == value:
                return option.label
        if self.kind is Kind.SUM and isinstance(value, int):
            return money(value, language)
        return str(value) if self.kind in {Kind.DIGITS, Kind.PHONE, Kind.TEXT} else shown(value, language)


@dataclass(frozen=True)
class Questions:
    """A form in words.

    Attributes:
        asked: its questions, in the form's order.
        closing: what is said where there is no question.
        confirm: what is asked before the step is submitted; empty for a summary, None where nothing is.
    """

    asked: tuple[Question, ...]
    closing: tuple[str, ...]
    confirm: str | None


def money(kopecks: int, language: Language) -> str:
    """Return a sum as it is written: ``1 250,50 ₽``."""
    roubles, rest = divmod(abs(kopecks), 100)
    point = "," if language == "ru" else "."
    written = shown(roubles, language) + (f"{point}{rest:02}" if rest else "")
    return f"{'-' if kopecks < 0 else ''}{written}\N{NO-BREAK SPACE}₽"


async def questions(schema: Mapping[str, Any], data: Mapping[str, Any], language: Language, texts: Texts) -> Questions:
    """Turn a form into questions.

    Args:
        schema: form-js, in the language of the conversation.
        data: the session's variables and what has been answered, for texts, conditions and choices.
        language: of values within texts.
        texts: fills them in.
    """
    asked: list[Question] = []
    said: list[str] = []
    confirm = None
    async for component, place in visible(schema.get("components", ()), (), data, texts):
        own = component.get("properties") or {}
        if (wanted := _own(own, "confirm", language)) is not None and wanted.lower() not in {"false", "no", ""}:
            confirm = "" if wanted.lower() in {"true", "yes"} else wanted
        if component["type"] in {"text", "html"}:
            said += paragraphs(await text_of(component, data, language, texts))
        elif "key" in component and _is_asked(component, own):
            question = await _question(component, (*place, *component["key"].split(".")), said, data, language, texts)
            asked.append(question)
            said = []
    if asked and said:
        asked[-1] = replace(asked[-1], said=(*asked[-1].said, *said))
        said = []
    return Questions(tuple(asked), tuple(said), confirm)


def _is_asked(component: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    if component.get("readonly") is True or component.get("disabled") or component["type"] == "expression":
        return False
    is_required = bool((component.get("validate") or {}).get("required"))
    return is_required or (_is_for_all(own) and _kind(component, own) is not None)


def _is_for_all(own: Mapping[str, Any]) -> bool:
    """Whether a field is asked at all; one that is not and has to be filled in is left to a person."""
    return str(own.get("ask") or "").strip() != _NOT_ASKED


async def _question(
    component: Mapping[str, Any],
    place: tuple[str, ...],
    said: Sequence[str],
    data: Mapping[str, Any],
    language: Language,
    texts: Texts,
) -> Question:
    component = await _with_filled_labels(component, data, language, texts)
    own = component.get("properties") or {}
    kind = _kind(component, own) if _is_for_all(own) else None
    own_question = _own(own, "ask", language) if _is_for_all(own) else None
    description = await texts.filled(str(component.get("description") or ""), data, language)
    asks = await texts.filled(own_question, data, language) if own_question else None
    if asks is None and not said:
        asks = as_sentence(_label(component), "?")
    options = await _options(component, own, data, language, texts) if kind in {Kind.CHOICE, Kind.CHOICES} else ()
    return Question(
        place=place,
        kind=kind,
        component=component,
        said=tuple(said),
        asks=asks,
        help=" ".join(paragraphs(description)) or None,
        options=options,
        present=_present(component, value_at(data, place), options),
        required=bool((component.get("validate") or {}).get("required")),
        attempts=int(attempts) if (attempts := str(own.get("attempts") or "")).isdecimal() and int(attempts) else None,
        is_secret=own.get("field") == "masked",
    )


def _own(own: Mapping[str, Any], name: str, language: Language) -> str | None:
    """A custom property of a component, in the conversation's language where it has one."""
    value = own.get(f"{name}_{language}", own.get(name))
    return None if value is None else str(value).strip()


async def _with_filled_labels(
    component: Mapping[str, Any], data: Mapping[str, Any], language: Language, texts: Texts
) -> Mapping[str, Any]:
    labels = {name: str(component[name]) for name in _LABELS if component.get(name)}
    return {**component, **{name: await texts.filled(label, data, language) for name, label in labels.items()}}


def _label(component: Mapping[str, Any]) -> str:
    return str(next((component[name] for name in _LABELS if component.get(name)), component["key"]))


def as_sentence(text: str, end: str = ".") -> str:
    """Return a text with a mark at its end."""
    return text if text.endswith(("?", ".", "!", "…", ":")) else f"{text}{end}"


_KINDS = {
    "radio": Kind.CHOICE,
    "select": Kind.CHOICE,
    "checklist": Kind.CHOICES,
    "taglist": Kind.CHOICES,
    "checkbox": Kind.YES_NO,
}


def _kind(component: Mapping[str, Any], own: Mapping[str, Any]) -> Kind | None:
    if own.get(SEARCHED_BY):
        return Kind.SEARCH if component["type"] == "select" else None
    match component["type"]:
        case "number":
            return Kind.SUM if own.get("field") == "money" else Kind.NUMBER
        case "datetime":
            return {"time": Kind.TIME, "datetime": Kind.MOMENT}.get(str(component.get("subtype")), Kind.DATE)
        case "textfield" | "textarea":
            return _kind_of_text(component.get("validate") or {}, own)
        case other:
            return _KINDS.get(other)


def _kind_of_text(rules: Mapping[str, Any], own: Mapping[str, Any]) -> Kind:
    if own.get("field") == "money":
        return Kind.SUM
    if own.get("field") == "phone" or rules.get("validationType") == "phone":
        return Kind.PHONE
    return Kind.DIGITS if _ONLY_DIGITS.fullmatch(str(rules.get("pattern") or "")) else Kind.TEXT


async def _options(
    component: Mapping[str, Any], own: Mapping[str, Any], data: Mapping[str, Any], language: Language, texts: Texts
) -> tuple[Option, ...]:
    items = component.get("values")
    if items is None:
        expression = component.get("valuesExpression") or component.get("valuesKey")
        items = await texts.value(expression, data) if expression else None
    found = []
    for item in items[:_MOST_OPTIONS] if isinstance(items, list) else ():
        one = item if isinstance(item, Mapping) else {"value": item}
        value = one.get("value", one.get("label"))
        label = one.get(f"label_{language}") or one.get("label") or value
        words = own.get(f"value_{value}_synonyms") or one.get("synonyms") or ""
        listed = words.split(",") if isinstance(words, str) else words if isinstance(words, list) else []
        synonyms = tuple(str(word).strip() for word in listed if str(word).strip())
        found.append(Option(value, shown(label, language), synonyms))
    return tuple(found)


def _present(component: Mapping[str, Any], value: Any, options: Sequence[Option]) -> Any:
    if value in (None, "", []):
        value = component.get("defaultValue")
    if value in (None, "", [], False):
        return None
    chosen = value if isinstance(value, list) else [value]
    if options and any(all(option.value != one for option in options) for one in chosen):
        return None
    return value
