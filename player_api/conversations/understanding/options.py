"""Which of the offered options somebody means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from player_api.conversations.understanding.numbers import Number, find_numbers
from player_api.conversations.understanding.phrases import phrases, words_of
from player_api.conversations.understanding.words import Language, is_negation, is_same_word, plain_words, tidy, tokens
from player_api.conversations.understanding.yes_no import yes_no

_NEGATED = "¬"
_ENOUGH = 0.5
"""Share of what was said that must be found in an option."""
_SIGNS = {"ru": {"₽": "рублей", "%": "процентов"}, "en": {"₽": "roubles", "%": "percent", "$": "dollars"}}


@dataclass(frozen=True)
class Option:
    """One choice of a question.

    Attributes:
        value: what the step gets.
        label: what is shown and said.
        synonyms: other words for it.
    """

    value: Any
    label: str
    synonyms: tuple[str, ...] = ()


def choose(text: str, options: Sequence[Option], language: Language) -> tuple[Option, ...]:
    """Return the options that ``text`` may mean: by its own words, by number, by a part of its words, by yes or no."""
    readers = (literally, _by_number, _by_words, _by_yes_no)
    return next((found for reader in readers if (found := reader(text, options, language))), ())


def choose_several(text: str, options: Sequence[Option], language: Language) -> tuple[tuple[Option, ...], ...]:
    """Return what each part of ``text`` may mean: ``первый и третий`` has two parts, ``все`` as many as there are."""
    if tuple(plain_words(text)) in phrases("all", language):
        return tuple((option,) for option in options)
    separators = r",|;|\s+и\s+|\s+плюс\s+" if language == "ru" else r",|;|\s+and\s+|\s+plus\s+"
    if whole := literally(text, options, language):
        return (whole,)
    parts = [part for part in re.split(separators, tidy(text)) if part.strip()]
    if len(parts) == 1 and re.fullmatch(r"(?:\d{1,2}\s*)+", parts[0]):
        parts = parts[0].split()
    return tuple(choose(part, options, language) for part in parts)


def literally(text: str, options: Sequence[Option], language: Language) -> tuple[Option, ...]:
    """Return the options that ``text`` names word for word."""
    said = _said(text, language)
    return tuple(option for option in options if said and any(_said(name, language) == said for name in _names(option)))


def _names(option: Option) -> list[str]:
    return [option.label, *option.synonyms, *([option.value] if isinstance(option.value, str) else [])]


def _said(text: str, language: Language) -> list[str]:
    """The words of ``text``, with numbers as digits, and what is negated as one word with its negation."""
    said = tokens(text)
    numbers = {number.start: number for number in find_numbers(said, language)}
    words: list[str] = []
    at, negated = 0, ""
    while at < len(said):
        token = said[at]
        if at in numbers:
            words.append(_written(numbers[at]))
            at = numbers[at].end
            continue
        at += 1
        token = _SIGNS[language].get(token, token)
        if is_negation(token, language):
            negated = _NEGATED
        elif token[0].isalnum():
            words.append(negated + token)
            negated = ""
    return [*words, negated] if negated else words


def _written(number: Number) -> str:
    return f"{number.value:f}" + "-th" * number.is_ordinal


def _by_number(text: str, options: Sequence[Option], language: Language) -> tuple[Option, ...]:
    said = tokens(text)
    words = [token for token in said if token.isalnum() and token not in words_of("filler", language)]
    if len(words) == 1 and words[0] in words_of("last", language):
        return (options[-1],) if options else ()
    numbers = find_numbers(said, language)
    counted = sum(number.end - number.start for number in numbers)
    if not numbers or len(words) > counted:
        return ()
    which = [number for number in numbers if number.is_ordinal] or numbers  # "the first one"
    found = [options[int(number.value) - 1] for number in which if _is_place(number.value, len(options))]
    return tuple(dict.fromkeys(found)) if len(found) == len(which) else ()


def _is_place(value: Decimal, count: int) -> bool:
    return value % 1 == 0 and 1 <= value <= count


def _by_words(text: str, options: Sequence[Option], language: Language) -> tuple[Option, ...]:
    said = [word for word in _said(text, language) if word not in words_of("filler", language)]
    if not said:
        return ()
    scores = [max(_found_share(said, name, language) for name in _names(option)) for option in options]
    best = max(scores, default=0.0)
    if best < _ENOUGH:
        return ()
    return tuple(option for option, score in zip(options, scores, strict=True) if score == best)


def _found_share(said: Sequence[str], name: str, language: Language) -> float:
    """Which share of what was said is in a name; negations must agree."""
    known = _said(name, language)
    found = sum(any(_agrees(word, other, language) for other in known) for word in said)
    return found / len(said)


def _agrees(word: str, other: str, language: Language) -> bool:
    if word.startswith(_NEGATED) != other.startswith(_NEGATED):
        return False
    if word.startswith(_NEGATED) and len(word) > 3:
        return word[1:4] == other[1:4] or is_same_word(word[1:], other[1:], language)
    return is_same_word(word, other, language)


def _by_yes_no(text: str, options: Sequence[Option], language: Language) -> tuple[Option, ...]:
    answer = yes_no(text, language)
    if answer is None:
        return ()
    return tuple(option for option in options if meaning(option, language) is answer)


def meaning(option: Option, language: Language) -> bool | None:
    """Return whether an option says yes or no, by its value or its first words; None where it says neither."""
    if isinstance(option.value, bool):
        return option.value
    if str(option.value).casefold() in {"yes", "true", "да"}:
        return True
    if str(option.value).casefold() in {"no", "false", "нет"}:
        return False
    first = re.split(r"[,.;:!(–—]", tidy(option.label), maxsplit=1)[0]
    return yes_no(first, language) if len(plain_words(first)) <= 3 else None
