"""Numbers as people say and write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from player_api.conversations.understanding.number_words import Kind, NumberWord, number_word
from player_api.conversations.understanding.words import Language, tokens

LARGEST = Decimal(10) ** 15
_HALF = Decimal("0.5")
_ORDINAL_MARK = re.compile(r"(?:я|й|е|го|му|м|ю|ой|ая|ое|ый|ого|ому|ую|ья|st|nd|rd|th)")
_HALF_OF = re.compile(r"пол(тысячи|миллиона|миллиарда)")
_WITH_A_HALF: dict[Language, tuple[tuple[str, ...], ...]] = {
    "ru": (("с", "половиной"), ("с", "половинкой")),
    "en": (("and", "a", "half"),),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number found among tokens.

    Attributes:
        value: what it is.
        is_ordinal: it says which one, not how many.
        start: index of its first token.
        end: index after its last token.
    """

    value: Decimal
    is_ordinal: bool
    start: int
    end: int


def find_numbers(said: Sequence[str], language: Language) -> list[Number]:
    """Return all numbers among tokens, each as long as it can be, in their order."""
    found, at = [], 0
    while at < len(said):
        number = read_number(said, at, language)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.end
    return found


def read_number(said: Sequence[str], at: int, language: Language) -> Number | None:
    """Return the longest number that begins at this token; None where none does."""
    reading = _Reading(said, at, language)
    return reading.number()


def quantities(text: str, language: Language) -> tuple[Decimal, ...]:
    """Return the numbers that ``text`` may mean, ``минус пять`` and ``1 500`` among them."""
    said = tokens(text)
    if two := _either_way(said, language):
        return two
    found = []
    for number in find_numbers(said, language):
        before = said[number.start - 1] if number.start else ""
        is_negative = before in {"-", "минус", "minus"}
        value = -number.value if is_negative else number.value
        if value not in found:
            found.append(value)
    return tuple(found)


def _either_way(said: Sequence[str], language: Language) -> tuple[Decimal, ...] | None:
    """A lone ``1.500`` is one and a half to some, fifteen hundred to others."""
    literals = [token for token in said if token[0].isdigit()]
    if language != "ru" or len(literals) != 1 or not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", literals[0]):
        return None
    if any(number_word(token, language) for token in said):
        return None
    return Decimal(re.sub("[.,]", "", literals[0])), Decimal(literals[0].replace(",", ".")).normalize()


class _Reading:
    """One number being read: a sum of groups below a thousand, each with its scale."""

    def __init__(self, said: Sequence[str], at: int, language: Language) -> None:
        self._said = said
        self._start = self._at = at
        self._language = language
        self._total = Decimal(0)
        self._group: Decimal | None = None
        self._group_is_literal = False
        self._last_scale = LARGEST
        self._is_ordinal = False

    def number(self) -> Number | None:
        while self._at < len(self._said) and not self._is_ordinal and self._step():
            pass
        if self._at == self._start:
            return None
        value = self._total + (self._group or 0)
        if value >= LARGEST:
            return None
        return Number(value.normalize() + 0, self._is_ordinal, self._start, self._at)

    def _step(self) -> bool:
        said = self._said[self._at]
        if said[0].isdigit():
            return self._literal(said)
        if match := _HALF_OF.fullmatch(said):
            return self._half_of(match[1])
        if self._half():
            return True
        if said == "к" and self._group_is_literal and self._language == "ru":
            return self._scale(Decimal(1_000))
        word = number_word(said, self._language)
        return self._joined(said) if word is None else self._word(word)

    def _word(self, word: NumberWord) -> bool:
        if word.kind is Kind.SCALE:
            return self._scale(word.value)
        return self._hundred() if word.kind is Kind.HUNDRED else self._add(word)

    def _literal(self, token: str) -> bool:
        if self._group is not None:
            return False
        digits, end = token, self._at + 1
        while re.fullmatch(r"\d{1,3}(?: ?\d{3})*", digits) and end < len(self._said):
            if not re.fullmatch(r"\d{3}", self._said[end]):
                break
            digits, end = digits + self._said[end], end + 1
        value = _decimal(digits, self._language)
        if value is None or value >= self._last_scale:
            return False
        self._group, self._group_is_literal, self._at = value, True, end
        if end < len(self._said) and _ORDINAL_MARK.fullmatch(self._said[end]):
            self._at, self._is_ordinal = end + 1, True
        elif end + 1 < len(self._said) and self._said[end] == "-" and _ORDINAL_MARK.fullmatch(self._said[end + 1]):
            self._at, self._is_ordinal = end + 2, True
        return True

    def _add(self, word: NumberWord) -> bool:
        if not self._fits(word.value):
            return False
        self._group = (self._group or Decimal(0)) + word.value
        self._is_ordinal = word.kind is Kind.ORDINAL
        self._at += 1
        return True

    def _fits(self, value: Decimal) -> bool:
        if value >= self._last_scale or self._group_is_literal:
            return False
        group = self._group
        if group is None:
            return not (value == 0 and self._total)
        if value == 0 or group == 0 or value % 1 or group % 1 or value >= 1000:
            return False
        if value >= 100:
            return False
        return group % 100 == 0 if value >= 10 else group % 10 == 0 and group % 100 != 10

    def _scale(self, scale: Decimal) -> bool:
        if scale >= self._last_scale or self._group == 0:
            return False
        self._total += (1 if self._group is None else self._group) * scale
        self._group, self._group_is_literal, self._last_scale = None, False, scale
        self._at += 1
        return True

    def _hundred(self) -> bool:
        if self._group is not None and (self._group >= 100 or self._group == 0 or self._group_is_literal):
            return False
        self._group = (1 if self._group is None else self._group) * Decimal(100)
        self._at += 1
        return True

    def _half_of(self, scale: str) -> bool:
        word = number_word(scale, self._language)
        if word is None or self._group is not None or word.value >= self._last_scale:
            return False
        self._total += _HALF * word.value
        self._last_scale = word.value
        self._at += 1
        return True

    def _half(self) -> bool:
        for phrase in _WITH_A_HALF[self._language]:
            if tuple(self._said[self._at : self._at + len(phrase)]) == phrase and self._at > self._start:
                if self._group is None:
                    self._total += _HALF * self._last_scale
                else:
                    self._group += _HALF
                self._at += len(phrase)
                return True
        return False

    def _joined(self, said: str) -> bool:
        """English ``a hundred and five``."""
        following = self._said[self._at + 1] if self._at + 1 < len(self._said) else ""
        word = number_word(following, self._language)
        if word is None or self._language != "en":
            return False
        if said in {"a", "an"}:
            return self._one_of(word)
        if said != "and" or self._at == self._start or word.kind not in {Kind.CARDINAL, Kind.ORDINAL}:
            return False
        if self._group is not None and self._group % 100 != 0:
            return False
        self._at += 1
        if self._add(word):
            return True
        self._at -= 1
        return False

    def _one_of(self, word: NumberWord) -> bool:
        """``a hundred``, ``half a million``."""
        if word.kind not in {Kind.HUNDRED, Kind.SCALE}:
            return False
        if self._group is not None and self._group != _HALF:
            return False
        self._at += 1
        if word.kind is Kind.SCALE and self._scale(word.value):
            return True
        if word.kind is Kind.HUNDRED and self._hundred():
            return True
        self._at -= 1
        return False


def _decimal(digits: str, language: Language) -> Decimal | None:
    digits = digits.replace(" ", "")
    if language == "en" and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", digits):
        digits = digits.replace(".", "")
    digits = digits.replace(",", ".")
    return Decimal(digits) if digits.count(".") <= 1 and len(digits) <= 30 else None
