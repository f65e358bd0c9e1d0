"""Why a release is refused.

ReleaseError
└── ReleaseRefused
"""

from collections.abc import Sequence

from player_api.releases.rules import Finding


class ReleaseError(Exception):
    """A release could not be made."""


class ReleaseRefused(ReleaseError):
    """The files have mistakes; nothing reached the engine.

    Attributes:
        findings: everything that was found, warnings too.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)
