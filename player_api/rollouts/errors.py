"""Why a rollout can't be switched.

RolloutError
├── RolloutUnknown
├── RolloutChanged
├── RolloutRefused
└── NothingToRollBack
"""

from collections.abc import Sequence

from store.rollouts import Rollout


class RolloutError(Exception):
    """A rollout can't be read or switched."""


class RolloutUnknown(RolloutError):
    """Nothing of the script was ever rolled out."""


class RolloutChanged(RolloutError):
    """Somebody else has switched meanwhile."""

    def __init__(self, rollout: Rollout) -> None:
        super().__init__(f"{rollout.changed_by} has switched the rollout meanwhile; read it again")
        self.version = rollout.version
        self.changed_at = rollout.changed_at.isoformat()
        self.changed_by = rollout.changed_by


class RolloutRefused(RolloutError):
    """The rules are not possible."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("; ".join(sentences))


class NothingToRollBack(RolloutError):
    """There are no other rules before the present ones."""
