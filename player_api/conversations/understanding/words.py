"""A sentence taken apart into words, numbers and signs."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import snowballstemmer
from rapidfuzz import fuzz

Language = Literal["ru", "en"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\d+|[^\W\d_]+(?:'[^\W\d_]+)?|[^\w\s]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Me", "Mn"}
_SAME_WORD = 85
"""Of 100, from which on two stems count as one word with a slip in it."""
_SHORTEST_WITH_A_SLIP = 5
"""Letters; in shorter words a slip makes another word."""


def tidy(text: str) -> str:
    """Return ``text`` in small letters, with ``е`` for ``ё``, single spaces, and nothing that can't be seen."""
    spelled = unicodedata.normalize("NFKC", text.replace("№", " номер ")).casefold().replace("ё", "е")
    decomposed = "".join(_seen(letter) for letter in spelled)
    return " ".join(decomposed.replace("’", "'").replace("−", "-").replace("–", "-").replace("—", "-").split())


def _seen(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _UNSEEN:
        return " " if category == "Cc" else ""
    return letter


def tokens(text: str) -> list[str]:
    """Return the words, numbers and signs of ``text`` in their order; a hyphen within a word parts it."""
    return _TOKEN.findall(_HYPHEN.sub(" ", tidy(text)))


def is_negation(word: str, language: Language) -> bool:
    """Say whether ``word`` turns the next ones into their opposite."""
    if language == "ru":
        return word in {"не", "ни"}
    return word in {"not", "dont", "doesnt", "cant", "wont", "cannot"} or word.endswith("n't")


def plain_words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` without signs."""
    return [token for token in tokens(text) if token[0].isalnum()]


@functools.lru_cache(maxsize=20_000)
def stem(word: str, language: Language) -> str:
    """Return what a word has in common with its other forms."""
    return str(_stemmer(language).stemWord(word))


@functools.cache
def _stemmer(language: Language) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("russian" if language == "ru" else "english")


def is_same_word(one: str, other: str, language: Language) -> bool:
    """Say whether two words are forms of one word, or are so but for a slip."""
    if one == other:
        return True
    if one.isdigit() or other.isdigit():
        return False
    stems = sorted((stem(one, language), stem(other, language)), key=len)
    if stems[0] == stems[1]:
        return True
    shorter, longer = stems
    if len(shorter) >= _SHORTEST_WITH_A_SLIP and longer.startswith(shorter) and len(longer) - len(shorter) <= 2:
        return True
    return len(shorter) >= _SHORTEST_WITH_A_SLIP and fuzz.ratio(shorter, longer) >= _SAME_WORD


def find_phrase(phrase: Sequence[str], within: Sequence[str], language: Language) -> int | None:
    """Return where ``phrase`` begins in ``within``, its words in any form; None where it isn't there."""
    for start in range(len(within) - len(phrase) + 1):
        if all(is_same_word(said, known, language) for said, known in zip(within[start:], phrase, strict=False)):
            return start
    return None
