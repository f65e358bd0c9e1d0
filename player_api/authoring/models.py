"""Drafts and releases as the API shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Path
from pydantic import BaseModel, Field, model_validator

from player_api.authoring.errors import shown
from player_api.authoring.folders import KEY
from player_api.releases.cases import Report
from player_api.releases.diff import Change, Changed
from player_api.releases.rules import Finding as Found
from player_api.sessions.models import Given
from store.authored_scripts import AuthoredScript as StoredScript
from store.contents import digest_of
from store.drafts import DraftChange as StoredChange
from store.drafts import DraftOutline
from store.release_files import ReleaseInfo as StoredRelease

ScriptKey = Annotated[str, Path(pattern=f"^{KEY}$", examples=["promised_payment"])]
FileName = Annotated[str, Path(max_length=300, examples=["script.bpmn"])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class AuthoredScript(BaseModel):
    """A script that has a draft or a release."""

    key: str
    title: str | None = Field(description="As the draft says, or else the newest release")
    title_en: str | None
    version: int | None = Field(description="Of its draft; null where there is none")
    changed_at: datetime | None
    changed_by: str | None
    latest_release: int | None
    rolled_out: list[int] = Field(description="The releases that new sessions may get")

    @classmethod
    def of(cls, script: StoredScript) -> "AuthoredScript":
        """Show what is stored."""
        return cls(**{**vars(script), "rolled_out": list(script.rolled_out)})


class DraftFile(BaseModel):
    """A file of a draft."""

    name: str
    size: int = Field(description="Bytes")
    digest: str = Field(description="SHA-256")
    changed_at: datetime
    changed_by: str


class Draft(BaseModel):
    """The files that are being changed."""

    script: str
    version: int = Field(description="Also the ETag; sent back as If-Match with a change")
    based_on: int | None = Field(description="The release that it was made from")
    changed_at: datetime
    changed_by: str
    files: list[DraftFile]

    @classmethod
    def of(cls, draft: DraftOutline) -> "Draft":
        """Show what is stored."""
        files = [DraftFile(**{**vars(file), "digest": file.digest.hex()}) for file in draft.files]
        return cls(**{**vars(draft), "files": files})


class NewDraft(Given):
    """What a draft begins with."""

    from_release: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="Its author's files; without it the draft is empty"
    )


class DraftChange(BaseModel):
    """What a version changed."""

    version: int
    at: datetime
    by: str
    action: Literal["created", "written", "deleted"]
    file: str | None = Field(description="Null where an empty draft was created")

    @classmethod
    def of(cls, change: StoredChange) -> "DraftChange":
        """Show what is stored."""
        action: Literal["created", "written", "deleted"] = "deleted" if change.is_deleted else "written"
        return cls(
            version=change.version,
            at=change.at,
            by=change.by,
            action="created" if change.file is None else action,
            file=change.file,
        )


class Said(BaseModel):
    """A sentence in the languages of the product."""

    ru: str
    en: str


class Finding(BaseModel):
    """One thing that is wrong with a script's files."""

    file: str
    element: str | None = Field(description="Id of the element; null where it is about the file")
    rule: str = Field(description="docs/checks.md says what each is about")
    severity: Literal["error", "warning"] = Field(description="An error keeps the draft from being published")
    sentence: Said

    @classmethod
    def of(cls, finding: Found) -> "Finding":
        """Show what was found."""
        return cls.model_validate(shown(finding))


class Findings(BaseModel):
    """Everything that is wrong; with an error among it the draft can't be published."""

    version: int = Field(description="Of the draft that was checked")
    findings: list[Finding]


class ReleaseFile(BaseModel):
    """A file of a release."""

    name: str
    size: int = Field(description="Bytes")
    digest: str = Field(description="SHA-256")

    @classmethod
    def all(cls, files: Mapping[str, bytes]) -> "list[ReleaseFile]":
        """Show files by name."""
        return [
            cls(name=name, size=len(content), digest=digest_of(content).hex())
            for name, content in sorted(files.items())
        ]


class Release(BaseModel):
    """A release in a list."""

    number: int
    title: str
    title_en: str | None
    digest: str = Field(description="SHA-256 over all its closed files")
    created_at: datetime
    created_by: str
    deployed: bool = Field(description="Whether the engine holds it")
    rolled_out: bool = Field(description="Whether new sessions may get it")
    sessions: int = Field(description="How many run on it now")

    @classmethod
    def of(cls, release: StoredRelease) -> "Release":
        """Show what is stored."""
        return cls(**{**vars(release), "digest": release.digest.hex(), "deployed": release.definition_id is not None})


class ReleaseDetails(Release):
    """A release with the names of its files."""

    closed: list[ReleaseFile] = Field(description="As published, with everything that it calls")
    sources: list[ReleaseFile] = Field(description="As its author made them")


class Override(Given):
    """Why a draft is published whatever its test cases say."""

    reason: str = Field(min_length=3, max_length=500, description="Written into the audit log")


class NewRelease(Given):
    """How a draft is published."""

    roll_out: bool = Field(
        default=True,
        description="Whether new sessions get it, but for those that a rule for a channel, tenant or team is about",
    )
    tests: Literal["run", "skip"] = Field(
        default="run", description="Whether the test cases are run; leaving them out needs an override"
    )
    override: Override | None = Field(default=None, description="Publish even where cases fail")

    @model_validator(mode="after")
    def _skipped_with_a_reason(self) -> Self:
        if self.tests == "skip" and self.override is None:
            raise ValueError("leaving the test cases out needs an override with a reason")
        return self


class PublishedDraft(BaseModel):
    """A release that a draft has become."""

    script: str
    release: int
    is_new: bool = Field(description="False where the same content was published before")
    rolled_out: bool
    report: Report | None = Field(description="Of the test cases; null where they were left out")


class Difference(BaseModel):
    """One thing that is different."""

    file: str
    element: str | None = Field(description="Id of the element, field or row; null where it is about the file")
    change: Changed
    property: str | None = Field(description="Null where the whole thing is new, gone or moved")
    before: str | None
    after: str | None
    sentence: Said

    @classmethod
    def of(cls, change: Change) -> "Difference":
        """Show a change."""
        said = Said(ru=change.ru, en=change.en)
        return cls(**{**vars(change), "sentence": said})


class Diff(BaseModel):
    """What is different between two states of a script."""

    script: str
    before: int | Literal["draft"]
    after: int | Literal["draft"]
    changes: list[Difference]
    elements: dict[str, Changed] = Field(description="How a diagram is coloured: by element id")

    @classmethod
    def of(
        cls, script: str, before: "int | Literal['draft']", after: "int | Literal['draft']", changes: list[Change]
    ) -> "Diff":
        """Show changes."""
        elements = {
            change.element: change.change for change in changes if change.element and change.file.endswith(".bpmn")
        }
        shown = [Difference.of(change) for change in changes]
        return cls(script=script, before=before, after=after, changes=shown, elements=elements)
