"""What a form says, filled in: the texts of its components with the session's values, as a language writes them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from cachetools import LRUCache

from feel import Evaluator, Expressions, FeelError
from feel.templates import Template
from runtime import logs

_REMEMBERED = 2_000
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_log = logs.get(__name__)


class Texts:
    """Fills in texts.

    Args:
        evaluator: evaluates the expressions in them.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: LRUCache[str, Template] = LRUCache(maxsize=_REMEMBERED)
        self._expressions: LRUCache[str, Expressions] = LRUCache(maxsize=_REMEMBERED)

    async def filled(self, text: str, data: Mapping[str, Any], language: str) -> str:
        """Return a text of a form with values in place of its expressions; of a broken one only what can be shown.

        Args:
            text: Markdown with FEEL in double braces.
            data: the session's variables by name.
            language: of numbers, dates and the words for yes and no.
        """
        if "{{" not in text and not text.startswith("="):
            return text
        try:
            template = self._known.get(text)
            if template is None:
                template = self._known[text] = Template(text, self._evaluator)
            return await template.fill(dict(data), lambda value: shown(value, language))
        except FeelError as error:
            _log.warning("a text could not be filled in", reason=error.reason)
            return re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL).removeprefix("=")

    async def value(self, expression: str, data: Mapping[str, Any]) -> Any:
        """Return the value of an expression of a form, such as ``=sum > 5``; None where it can't be evaluated."""
        try:
            expressions = self._expressions.get(expression)
            if expressions is None:
                prepared = self._evaluator.prepare({"": expression.removeprefix("=").strip()})
                expressions = self._expressions[expression] = prepared
            return (await expressions.evaluate(dict(data)))[""]
        except FeelError as error:
            _log.warning("an expression of a form could not be evaluated", reason=error.reason)
            return None


def shown(value: Any, language: str) -> str:
    """Return a value as ``language`` writes it: ``1 250,5``, ``30 ноября 2026 г.``, ``да``."""
    match value:
        case bool():
            return {"ru": ("нет", "да")}.get(language, ("no", "yes"))[value]
        case int() | float() | Decimal():
            return str(format_decimal(value, locale=language))
        case str():
            return _shown_text(value, language)
        case list():
            return ", ".join(shown(item, language) for item in value)
        case Mapping():
            return str(value.get("label") or value.get("value") or "")
        case _:
            return "" if value is None else str(value)


def _shown_text(value: str, language: str) -> str:
    try:
        if _DATE.fullmatch(value):
            return str(format_date(date.fromisoformat(value), "long", locale=Locale.parse(language)))
        if _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            day = format_date(moment, "long", locale=language)
            return f"{day}, {format_time(moment, 'short', locale=language)}"
    except ValueError:
        return value
    return value
