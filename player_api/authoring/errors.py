"""Why something about a draft is refused.

AuthoringError
├── DraftUnknown
├── DraftFileUnknown
├── DraftExists
├── DraftChanged
├── VersionMissing
├── FilesRefused
├── DraftRefused
├── CasesFailed
├── ReleaseUnknown
└── ReleaseFileUnknown
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from player_api.releases.cases import Report
from player_api.releases.errors import ReleaseRefused
from player_api.releases.rules import Finding
from store.drafts import DraftOutline


@dataclass(frozen=True)
class Refusal:
    """Why a file can't be part of a script, for people who read Russian and for those who read English."""

    file: str
    rule: str
    ru: str
    en: str

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.file}: {self.en}"


class AuthoringError(Exception):
    """A request about a draft cannot be carried out."""


class DraftUnknown(AuthoringError):
    """The script has no draft."""


class DraftFileUnknown(AuthoringError):
    """The draft has, or had, no such file."""


class DraftExists(AuthoringError):
    """The script has a draft."""


class DraftChanged(AuthoringError):
    """Somebody has changed the draft since the author read it; nothing was changed."""

    def __init__(self, draft: DraftOutline) -> None:
        super().__init__(
            f"{draft.changed_by} has changed it: read it again, and make the change on its present version"
        )
        self.version = draft.version
        self.changed_at = draft.changed_at.isoformat()
        self.changed_by = draft.changed_by


class VersionMissing(AuthoringError):
    """A change doesn't say which version of the draft it was made on."""


class FilesRefused(AuthoringError):
    """Files that no script may have; nothing was changed."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("\n".join(map(str, refusals)))
        self.refusals = tuple(refusals)
        self.findings: list[dict[str, Any]] = [
            {
                "file": refusal.file,
                "element": None,
                "rule": refusal.rule,
                "severity": "error",
                "sentence": {"ru": refusal.ru, "en": refusal.en},
            }
            for refusal in refusals
        ]


class DraftRefused(AuthoringError):
    """A draft can't be published; nothing was changed."""

    def __init__(self, error: ReleaseRefused) -> None:
        super().__init__(str(error))
        self.findings = list(map(shown, error.findings))


def shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as the API shows it."""
    return {
        "file": finding.file,
        "element": finding.element,
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "sentence": {"ru": finding.ru, "en": finding.en},
    }


class CasesFailed(AuthoringError):
    """Not all cases of a draft pass; nothing was changed."""

    def __init__(self, report: Report) -> None:
        lines = [f"{case.file}: {found.en}" for case in report.failed for found in case.differences]
        super().__init__("\n".join(lines))
        self.report = report.model_dump(mode="json")


class ReleaseUnknown(AuthoringError):
    """The script has no such release."""


class ReleaseFileUnknown(AuthoringError):
    """The release has no such file."""
