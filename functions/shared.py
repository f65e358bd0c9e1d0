"""What runs of functions in different processes know of each other; kept by the store.

Every method may raise StoreError. Then answers are neither found nor kept and the call is made, but an irreversible
function that can't be written down is not called.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Protocol

from pydantic import JsonValue

from store.effects import Effect, EffectKind, EffectState
from store.function_answers import Found, KeptAnswer, Place

__all__ = ["Effect", "EffectKind", "EffectState", "Effects", "Found", "KeptAnswer", "Place", "SharedAnswers"]


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


class Effects(Protocol):
    """The calls that change something that were made or may have been."""

    async def begin(self, effect: Effect) -> Effect | None:
        """Write down a call that is about to be made, durably.

        Returns:
            None where it was not known, or was ``NOT_MADE``: it is ``BEGUN`` now. Otherwise what was known, unchanged.
        """

    async def settle(self, effect: Effect) -> None:
        """Replace what is known of a call by its key."""
