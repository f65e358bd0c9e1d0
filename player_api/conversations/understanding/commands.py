"""What can be said at any time, whatever is asked."""

from enum import StrEnum

from player_api.conversations.understanding.phrases import phrases, words_of
from player_api.conversations.understanding.words import Language, find_phrase, plain_words, tidy


class Command(StrEnum):
    """What somebody wants to do instead of answering."""

    REPEAT = "repeat"
    BACK = "back"
    MENU = "menu"
    OPERATOR = "operator"
    CANCEL = "cancel"
    SKIP = "skip"
    """Leave a question out, or keep what is there."""


_LONGEST = 10
_KEYS = {"*": Command.REPEAT, "*0": Command.OPERATOR, "*1": Command.BACK, "*2": Command.MENU, "*9": Command.CANCEL,
         "#": Command.SKIP}  # fmt: skip


def command(text: str, language: Language) -> Command | None:
    """Return the command that ``text`` is, with nothing else in it but politeness."""
    if tidy(text) in {"?", "??"}:
        return Command.MENU
    said = tuple(plain_words(text))
    if not said or len(said) > _LONGEST:
        return None
    polite = words_of("polite", language)
    bare = tuple(word for word in said if word not in polite)
    for phrase in (said, bare):
        for known in Command:
            if phrase and phrase in phrases(known, language):
                return known
    if any(find_phrase(phrase, said, language) is not None for phrase in phrases("asks_for_operator", language)):
        return Command.OPERATOR
    return None


def command_of_keys(keys: str) -> Command | None:
    """Return the command that keys of a telephone stand for."""
    return _KEYS.get(keys)
