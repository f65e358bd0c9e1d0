"""What can keep a session from going back.

BackError
├── BackBlocked
└── BackNeedsConfirmation
"""

from collections.abc import Sequence


class BackError(Exception):
    """A session does not go back; nothing was changed."""


class BackBlocked(BackError):
    """It can't; the sentence says why, in the session's language."""


class BackNeedsConfirmation(BackError):
    """Work on several parallel branches would be given up; whoever asked has to say that this is meant.

    Attributes:
        branches: what waits on each of them, as people name it.
    """

    def __init__(self, message: str, branches: Sequence[str]) -> None:
        super().__init__(message)
        self.branches = list(branches)
