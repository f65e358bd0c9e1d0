"""Numbers of accounts, contracts and phones, which people say in groups of digits."""

import itertools
import re
from collections.abc import Iterator, Sequence

from player_api.conversations.understanding.number_words import number_word
from player_api.conversations.understanding.numbers import Number, read_number
from player_api.conversations.understanding.words import Language, tokens

MOST = 40
"""Digits; what is longer is no number of anything."""
_MOST_WAYS = 256
_TIMES = {"дважды": 2, "трижды": 3, "double": 2, "triple": 3}
_MANY_ZEROS = {"нуля", "нулей", "zeros", "zeroes"}


def digit_strings(text: str, language: Language, pattern: str | None = None) -> tuple[str, ...]:
    """Return the digits that ``text`` spells: ``десять ноль ноль`` is ``1000``.

    Args:
        text: what was said.
        language: its language.
        pattern: what a right number matches. Where the usual reading doesn't, words are also taken apart
            (``двадцать три`` as ``203``), and all readings that match come back.
    """
    groups = list(_groups(tokens(text), language))
    usual = "".join(readings[0] for readings in groups)
    if not usual or len(usual) > MOST:
        return ()
    if pattern is None or re.search(pattern, usual):
        return (usual,)
    ways = itertools.islice(itertools.product(*groups), _MOST_WAYS)
    fitting = dict.fromkeys(joined for way in ways if re.search(pattern, joined := "".join(way)))
    return tuple(fitting) or (usual,)


def _groups(said: Sequence[str], language: Language) -> Iterator[tuple[str, ...]]:
    """Yield the readings of each group of digits, the usual one first."""
    at, times = 0, 1
    while at < len(said):
        token = said[at]
        if token in _TIMES:
            at, times = at + 1, _TIMES[token]
            continue
        if token[0].isdigit():
            digits, at = re.sub(r"\D", "", token), at + 1
        else:
            number = read_number(said, at, language)
            if number is None:
                at += 1
                continue
            if (repeated := _repeated(said, number)) is not None:
                yield (repeated[0],)
                at = repeated[1]
                continue
            yield tuple(reading * times for reading in _readings(said, number, language))
            at, times = _end(said, number), 1
            continue
        yield (digits * times,)
        times = 1


def _repeated(said: Sequence[str], number: Number) -> tuple[str, int] | None:
    """``шесть нулей``, ``три раза ноль``: the digits and where they end."""
    if not 2 <= number.value <= 20 or number.value % 1:
        return None
    following = said[number.end] if number.end < len(said) else ""
    if following in _MANY_ZEROS:
        return "0" * int(number.value), number.end + 1
    if following in {"раза", "раз", "times"} and number.end + 1 < len(said):
        what = read_number(said, number.end + 1, "ru" if following != "times" else "en")
        if what is not None and 0 <= what.value <= 9:
            return str(int(what.value)) * int(number.value), what.end
    return None


def _end(said: Sequence[str], number: Number) -> int:
    """A number said in words ends before digits that were typed."""
    for at in range(number.start + 1, number.end):
        if said[at][0].isdigit():
            return at
    return number.end


def _readings(said: Sequence[str], number: Number, language: Language) -> tuple[str, ...]:
    words = [token for token in said[number.start : _end(said, number)] if not token[0].isdigit()]
    values = [word.value for token in words if (word := number_word(token, language)) is not None]
    if any(value % 1 for value in values):
        return ("",)
    whole = read_number(words, 0, language)
    usual = str(int(whole.value)) if whole is not None else ""
    if any(value >= 1000 for value in values) or len(values) > 4:
        return (usual,)
    return tuple(dict.fromkeys([usual, *_apart(words, language)]))


def _apart(words: Sequence[str], language: Language) -> Iterator[str]:
    """Yield the readings of words that are cut into several numbers."""
    for size in range(1, len(words)):
        for cuts in itertools.combinations(range(1, len(words)), size):
            parts = [words[start:end] for start, end in itertools.pairwise((0, *cuts, len(words)))]
            numbers = [read_number(part, 0, language) for part in parts]
            if all(number is not None and number.end == len(part) for number, part in zip(numbers, parts, strict=True)):
                yield "".join(str(int(number.value)) for number in numbers if number is not None)
