"""What can go wrong with a declaration.

DeclarationRequestError
├── DeclarationUnknown
├── DeclarationRefused
├── RevisionChanged
└── TrialRefused
"""

from collections.abc import Sequence
from typing import Any

from functions.errors import Mistake


class DeclarationRequestError(Exception):
    """A request about a declaration cannot be carried out."""


class DeclarationUnknown(DeclarationRequestError):
    """Nothing of this name is declared."""


class DeclarationRefused(DeclarationRequestError):
    """The declaration has mistakes; nothing was changed."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__()
        self.findings: list[dict[str, Any]] = [
            {"file": mistake.file, "line": mistake.line, "sentence": mistake.sentence} for mistake in mistakes
        ]


class TrialRefused(DeclarationRequestError):
    """A function can't be tried; the sentence says why."""


class RevisionChanged(DeclarationRequestError):
    """Somebody else has written a revision since the one that the author began with; nothing was changed."""
