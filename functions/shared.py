"""What runs of functions in different processes know of each other; kept by the store.

Every method may raise StoreError. Then answers are neither found nor kept and the call is made, but an irreversible
function that can't be written down is not called.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is kept. Both are digests: no customer can be told from them.

    Attributes:
        key: of one question: contract, inputs, tenant and whom it may be given to.
        tag: of everything that one ``invalidates`` drops at once: function, tenant and whom it may be given to.
    """

    key: str
    tag: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Outputs from an earlier call.

    Attributes:
        age: since they were kept.
    """

    outputs: Mapping[str, JsonValue]
    age: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """What a look into the shared answers gave.

    Attributes:
        answer: of the present generation, however old, None where there is none.
        generation: how often the tag has been dropped; goes back with ``keep``.
        leased: the caller is now the one who asks the system.
    """

    answer: KeptAnswer | None
    generation: int
    leased: bool


class SharedAnswers(Protocol):
    """Answers that any process may use, and who is asking for one at this moment."""

    async def find(self, place: Place, *, fresh: timedelta, holder: str, lease: timedelta) -> Found:
        """Look for an answer; where none is younger than ``fresh``, take the lease unless another holds it.

        Args:
            place: of the question.
            fresh: younger answers need no lease.
            holder: who asks; may renew its own lease.
            lease: how long others wait for this holder's answer.
        """

    async def keep(
        self, place: Place, generation: int, outputs: Mapping[str, JsonValue], *, holder: str, keep_for: timedelta
    ) -> None:
        """Keep an answer and end the lease. Of a generation that is over, nothing is kept."""

    async def release(self, place: Place, *, holder: str) -> None:
        """End the lease of this holder without an answer."""

    async def drop(self, tags: Collection[str]) -> None:
        """Begin another generation of these tags: no answer of an earlier one is found or kept any more."""


class EffectState(StrEnum):
    """What is known of an irreversible call."""

    BEGUN = "begun"
    """It was about to be made: whether it was is unknown."""
    DONE = "done"
    REFUSED = "refused"
    NOT_MADE = "not_made"
    """It certainly had no effect; it may be made."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An irreversible call, written down before it is made.

    Attributes:
        key: the idempotency key of its task.
        outputs: of a done call, or the variables of a refusal.
        code: the BPMN error of a refusal.
    """

    key: str
    function: str
    session_id: str | None
    activity_id: str
    correlation_id: str
    state: EffectState = EffectState.BEGUN
    outputs: Mapping[str, JsonValue] | None = None
    code: str | None = None


class Effects(Protocol):
    """The irreversible calls that were made or may have been."""

    async def begin(self, effect: Effect) -> Effect | None:
        """Write down a call that is about to be made, durably.

        Returns:
            None where it was not known, or was ``NOT_MADE``: it is ``BEGUN`` now. Otherwise what was known, unchanged.
        """

    async def settle(self, effect: Effect) -> None:
        """Replace what is known of a call by its key."""
