"""The choices of a field: given in the form, held by a variable, computed, or searched for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SEARCHED_BY = "optionsFunction"
"""The custom property of a select that names the function by which its choices are searched for."""


@dataclass(frozen=True)
class Options:
    """Where the choices of a field come from; one of the four.

    Attributes:
        given: choices that stand in the form.
        variable: holds them.
        computed: an expression gives them.
        function: the integration function that finds them, by what was typed.
    """

    given: tuple[Any, ...] | None = None
    variable: str | None = None
    computed: bool = False
    function: str | None = None

    def offered(self, data: Mapping[str, Any], computed: Any = None) -> list[dict[str, Any]]:
        """Return the choices as labels and values; those of a function are not known here.

        Args:
            data: the session's variables as the step shows them.
            computed: what the expression gives, where there is one.
        """
        found = map(option_of, self._source(data, computed))
        return [option for option in found if option is not None]

    def values(self, data: Mapping[str, Any], computed: Any = None) -> list[Any]:
        """Return the values that may be chosen; as `offered`."""
        return [option["value"] for option in self.offered(data, computed)]

    def chosen(self, values: Sequence[Any], data: Mapping[str, Any]) -> list[Any] | None:
        """Return the choices with these values as they were given, None where not all of them are known here."""
        known = [(option["value"], item) for item in self._source(data) if (option := option_of(item)) is not None]
        found = [item for value in values for other, item in known if _same(value, other)]
        return found if len(found) == len(values) else None

    def _source(self, data: Mapping[str, Any], computed: Any = None) -> Sequence[Any]:
        source = computed if self.computed else self.given if self.variable is None else data.get(self.variable)
        return source if isinstance(source, list | tuple) else ()


def is_among(value: Any, values: list[Any]) -> bool:
    """Whether a value is one of the choices, as JSON values are equal: ``true`` is not 1, and 1 is 1.0."""
    return any(_same(value, choice) for choice in values)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(item, right[name]) for name, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)


def option_of(item: Any) -> dict[str, Any] | None:
    """An option as form-js takes it (form-js-viewer, normalizeOptionsData); None where it takes it for none."""
    if _is_primitive(item):
        return {"label": _written(item), "value": item}
    if not isinstance(item, Mapping):
        return None
    label, value = item.get("label"), item.get("value")
    if isinstance(label, str) and label:
        is_value = bool(value) if isinstance(value, dict | list) else _is_primitive(value)
        return {"label": label, "value": value} if is_value else None
    return {"label": _written(value), "value": value} if _is_primitive(value) else None


def _is_primitive(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and value != "")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
