"""Why a release is refused.

ReleaseError
└── ReleaseRefused
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the files of a script."""

    file: str
    element: str | None
    sentence: str

    def __str__(self) -> str:
        """Say it in a line."""
        place = f"{self.file}, {self.element}" if self.element else self.file
        return f"{place}: {self.sentence}"


class ReleaseError(Exception):
    """A release could not be made."""


class ReleaseRefused(ReleaseError):
    """The files have mistakes; nothing reached the engine."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)
