"""What going back takes: where tokens go, what no longer counts, what is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Move:
    """A change of one process instance.

    Attributes:
        instance: which; None for the one that the move before has called.
        element: it starts before this element.
        scope: the running embedded sub-process that it starts in.
        flows: tokens that were joined to what is undone stand on these flows again.
        snapshot: the step whose variables are restored, None to leave all as they are.
        kept: names of variables that stay; None for all.
        hidden: variables that only the element itself saw.
    """

    instance: str | None
    element: str
    scope: str | None
    flows: Sequence[str]
    snapshot: str | None
    kept: Sequence[str] | None
    hidden: Sequence[str]


@dataclass(frozen=True)
class Plan:
    """What going back takes.

    Attributes:
        moves: one, or one more a called script that has ended, from outside in.
        before: tokens and earlier times of the elements that the moves start at: what is there beside them is new.
        undone: the engine's ids of everything that happened after the step.
        set_aside: ids of the steps whose answers no longer count.
        effects: keys of the calls to undo, the latest first.
    """

    moves: Sequence[Move]
    before: Sequence[str]
    undone: Sequence[str]
    set_aside: Sequence[str]
    effects: Sequence[str]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Read what ``stored`` has written."""
        return cls(**{**stored, "moves": [Move(**move) for move in stored["moves"]]})

    def stored(self) -> dict[str, Any]:
        """Write it as JSON values."""
        return asdict(self)
