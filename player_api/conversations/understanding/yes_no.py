"""Yes and no as people say them."""

import functools
from collections.abc import Mapping, Sequence

from player_api.conversations.understanding.phrases import Phrase, phrases
from player_api.conversations.understanding.words import Language, is_negation, plain_words, tidy

_SIGNS = {"👍": True, "👌": True, "✅": True, "✔": True, "👎": False, "❌": False, "🚫": False}
_LONGEST = 10
"""Words; whoever says more than that says more than yes or no."""
_SHORT = 4
_LONGEST_PHRASE = 5


def yes_no(text: str, language: Language) -> bool | None:
    """Return what ``text`` says; None where it says neither, or both."""
    if signs := {_SIGNS[letter] for letter in text if letter in _SIGNS}:
        return signs.pop() if len(signs) == 1 else None
    if tidy(text) in {"+", "-"}:
        return tidy(text) == "+"
    said = plain_words(text)
    if not said or len(said) > _LONGEST:
        return None
    found, left = _taken_apart(said, _meanings(language))
    is_negated = any(is_negation(word, language) for word in left)
    if not found:
        return False if is_negation(left[0], language) and len(said) <= _SHORT else None
    if len(set(found)) > 1:
        return None
    return None if found[0] and is_negated else found[0]


def _taken_apart(said: Sequence[str], meanings: Mapping[Phrase, bool | None]) -> tuple[list[bool | None], list[str]]:
    """Return what the phrases within ``said`` mean, longest first, and the words that belong to none."""
    found: list[bool | None] = []
    left: list[str] = []
    at = 0
    while at < len(said):
        sizes = range(min(_LONGEST_PHRASE, len(said) - at), 0, -1)
        size = next((size for size in sizes if tuple(said[at : at + size]) in meanings), None)
        if size is None:
            left.append(said[at])
        else:
            found.append(meanings[tuple(said[at : at + size])])
        at += size or 1
    return found, left


@functools.cache
def _meanings(language: Language) -> Mapping[Phrase, bool | None]:
    meanings: dict[Phrase, bool | None] = dict.fromkeys(phrases("yes", language), True)
    meanings |= dict.fromkeys(phrases("no", language), False)
    return meanings | dict.fromkeys(phrases("undecided", language), None)
