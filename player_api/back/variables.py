"""The variables of an instance as they were when a step saw them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine import Opaque, Value
from runtime import correlation

_FOR_NO_STEP = frozenset({correlation.VARIABLE, "tenant", "customer"})


@dataclass(frozen=True)
class Changes:
    """What makes variables what they were.

    Attributes:
        values: to be set.
        removed: did not exist then.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def at_once(self) -> Mapping[str, Value]:
        """Everything as values, with null for what is removed: what can be said while tokens move."""
        return {**dict.fromkeys(self.removed), **self.values}


def changes(current: Mapping[str, Value], then: Mapping[str, Value], untouched: Collection[str]) -> Changes:
    """Compare an instance's variables with those of a snapshot.

    Files and Java objects are not in snapshots and stay as they are.

    Args:
        current: those of the instance.
        then: those of the snapshot.
        untouched: names that are left as they are.
    """
    left = _FOR_NO_STEP | set(untouched)
    values = {
        name: value
        for name, value in then.items()
        if name not in left
        and (name not in current or current[name] != value or type(current[name]) is not type(value))
    }
    removed = {name for name, value in current.items() if name not in then and not isinstance(value, Opaque)}
    return Changes(values, frozenset(removed - left))


def snapshot_of(variables: Mapping[str, Value]) -> dict[str, Value]:
    """Return those variables that can be kept and restored."""
    return {name: value for name, value in variables.items() if not isinstance(value, Opaque)}
