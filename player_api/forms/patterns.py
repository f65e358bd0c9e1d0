"""Regular expressions of authors: they mean what they mean in a browser, and can't hang the facade."""

import re
from typing import Any

import re2

from feel import Evaluator, FeelError

_LONGEST = 1_000
_READS_ALIKE = re.compile(
    r"[^\v\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\U00010000-\U0010ffff]*"
)
"""Texts in which RE2 and JavaScript see the same characters and the same white space."""
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 4 << 20


class PatternInvalid(ValueError):
    """This is no regular expression."""


class Pattern:
    """A pattern of a field, as ``new RegExp(…)`` takes it.

    RE2 looks for it, in time that grows with the text alone. What RE2 does not know (looking ahead, back references) or
    might see otherwise is left to V8, which is stopped when it takes too long.

    Raises:
        PatternInvalid: it is no regular expression, or a very long one.
    """

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise PatternInvalid(f"a pattern has at most {_LONGEST} characters")
        self.text = text
        self._compiled = _compiled(text)
        if self._compiled is None:
            _check(text)

    async def is_in(self, text: str, evaluator: Evaluator) -> bool:
        """Whether it is found in a text; not, where looking for it takes too long."""
        if self._compiled is not None and _READS_ALIKE.fullmatch(text):
            return self._compiled.search(text) is not None
        try:
            return await evaluator.matches(self.text, text)
        except FeelError:
            return False


def _compiled(text: str) -> Any:
    try:
        return re2.compile(text, _OPTIONS)
    except re2.error:
        return None


def _check(text: str) -> None:
    # Python knows nearly what JavaScript does, and names groups otherwise.
    try:
        re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", text))
    except (re.error, RecursionError, OverflowError):
        raise PatternInvalid("this is no regular expression") from None
