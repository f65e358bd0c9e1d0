"""What a conversation says around the texts of a script, read from ``sentences.yaml``."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from player_api.conversations.understanding.words import Language


class Sentences:
    """Sentences in one language."""

    def __init__(self, language: Language) -> None:
        self._said = _all_sentences()[language]

    def __call__(self, name: str, turn: int = 0, **facts: Any) -> str:
        """Return a sentence; of those that come in several wordings the one for this turn, the last one ever after.

        Raises:
            KeyError: there is no sentence of that name.
        """
        said = self._said[name]
        text = said if isinstance(said, str) else said[min(turn, len(said) - 1)]
        return text.format(**facts)


@functools.cache
def _all_sentences() -> Mapping[str, Mapping[str, str | list[str]]]:
    written = Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
    sentences: Mapping[str, Mapping[str, str | list[str]]] = yaml.safe_load(written)
    return sentences
