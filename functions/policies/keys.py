"""Where answers of a function are kept, and for whom."""

import hashlib
import json
from collections.abc import Mapping

from pydantic import JsonValue

from functions.context import Context
from functions.declaration import Function
from functions.shared import Place


class AnswerPlaces:
    """Finds the place of an answer of one function that has a cache."""

    def __init__(self, function: Function) -> None:
        assert function.cache is not None  # noqa: S101 - made for such functions alone
        self._name = function.name
        self._scope = function.cache.scope
        self._contract = function.contract.digest

    def place(self, inputs: Mapping[str, JsonValue], context: Context) -> Place | None:
        """The place of the answer to these inputs; None where nothing tells for whom it is."""
        tag = self.tag(context)
        return None if tag is None else Place(_digest(tag, self._contract, inputs), tag)

    def tag(self, context: Context) -> str | None:
        """The tag of all answers that these customers, session or everybody share."""
        whose = self._whose(context)
        return None if whose is None else _digest(self._name, context.tenant, whose)

    def _whose(self, context: Context) -> list[str] | None:
        if self._scope == "global":
            return []
        if self._scope == "customer" and context.customer is not None:
            return ["customer", context.customer]
        return None if context.session_id is None else ["session", context.session_id]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
