"""How old a value is that is used because its system is down: a variable beside the outputs of a function says it.

It is a variable of the script, so that it is there exactly as long as the outputs are: set with them by one report,
kept through a restart of any process, taken back with them by a Back. Its name has a dot, which names of inputs,
outputs, fields and of what a session starts with don't.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from pydantic import JsonValue

_PREFIX = "stale."


def variable_of(function: str) -> str:
    """Name of the variable that says how old a function's outputs are."""
    return f"{_PREFIX}{function}"


@dataclass(frozen=True, slots=True)
class Stale:
    """Outputs that are older than they should be.

    Attributes:
        function: whose they are.
        outputs: their names.
        as_of: when the system gave them; of several parts, the oldest.
    """

    function: str
    outputs: Collection[str]
    as_of: datetime

    def variable(self) -> Mapping[str, JsonValue]:
        """The variable, by its name."""
        outputs: list[JsonValue] = [*sorted(self.outputs)]
        said: JsonValue = {"as_of": self.as_of.isoformat(timespec="seconds"), "outputs": outputs}
        return {variable_of(self.function): said}

    @classmethod
    def among(cls, variables: Mapping[str, object]) -> list[Self]:
        """Find what is stale among variables, the oldest first; what isn't written so is left out."""
        found = [cls._read(name, value) for name, value in variables.items() if name.startswith(_PREFIX)]
        return sorted((one for one in found if one is not None), key=lambda one: one.as_of)

    @classmethod
    def _read(cls, name: str, value: object) -> Self | None:
        match value:
            case {"as_of": str(as_of), "outputs": [*outputs]}:
                try:
                    moment = datetime.fromisoformat(as_of)
                except ValueError:
                    return None
                aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return cls(name.removeprefix(_PREFIX), [str(output) for output in outputs], aware)
            case _:
                return None
