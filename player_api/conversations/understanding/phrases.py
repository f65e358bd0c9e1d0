"""The phrases that people use, read from ``phrases.yaml``."""

import functools
from collections.abc import Mapping
from pathlib import Path

import yaml

from player_api.conversations.understanding.words import Language, plain_words

Phrase = tuple[str, ...]


def phrases(group: str, language: Language) -> frozenset[Phrase]:
    """Return the phrases of a group, each as its words."""
    return _all_phrases()[language][group]


def words_of(group: str, language: Language) -> frozenset[str]:
    """Return all words that the phrases of a group are made of."""
    return frozenset(word for phrase in phrases(group, language) for word in phrase)


@functools.cache
def _all_phrases() -> Mapping[str, Mapping[str, frozenset[Phrase]]]:
    written = yaml.safe_load((Path(__file__).with_name("phrases.yaml")).read_text(encoding="utf-8"))
    return {
        language: {
            group: frozenset(tuple(plain_words(phrase)) for phrase in listed.split(";"))
            for group, listed in groups.items()
        }
        for language, groups in written.items()
    }
