"""Contracts that stand in for others in running releases: the same for a script, called in another way.

A script relies on a function's inputs, outputs and errors. A contract that has these alike may take the place of the
one that a release has pinned, so that a system that has moved is called in its new way by sessions that began before.
"""

from collections.abc import Awaitable, Callable, Mapping

from functions.declaration import Contract
from functions.pins import Pin

Digest = str
Replaced = Mapping[tuple[str, Digest], str]
"""Texts of pins by the name and digest of those that they replace."""


def same_for_scripts(one: Contract, other: Contract) -> bool:
    """Whether scripts can't tell two contracts apart: inputs, outputs with their types, errors with their variables."""
    return _seen(one) == _seen(other)


def _seen(contract: Contract) -> tuple[object, ...]:
    outputs = {name: (output.type, output.required) for name, output in contract.outputs.items()}
    errors = {(rule.bpmn_error, frozenset(rule.outputs)) for rule in contract.errors}
    return contract.inputs, outputs, errors, contract.answer is None


class Replacements:
    """What stands in for which pin at this moment.

    Args:
        read: reads it.
    """

    def __init__(self, read: Callable[[], Awaitable[Replaced]]) -> None:
        self._read = read
        self._replaced: Replaced = {}
        self._known: dict[str, str] = {}

    async def reload(self) -> None:
        """Go by what is written down now.

        Raises:
            StoreUnavailable: the database can't be reached; what was known goes on.
        """
        replaced = await self._read()
        if replaced != self._replaced:
            self._replaced, self._known = replaced, {}

    def of(self, text: str) -> str:
        """Return the text of the pin that is to be used in place of another, which is mostly that one itself."""
        if not self._replaced:
            return text
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._followed(text)
        return found

    def _followed(self, text: str) -> str:
        seen: set[str] = set()
        while text not in seen:
            seen.add(text)
            try:
                pin = Pin.read(text)
            except ValueError:
                return text  # said where it is used
            text = self._replaced.get((pin.name, pin.digest), text)
        return text


async def _nothing() -> Replaced:
    return {}


NONE = Replacements(_nothing)
"""Where nothing is ever replaced."""
