"""Reach as the API shows it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from player_api.sessions.models import Given

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Use(BaseModel):
    """A place in a release that the engine holds."""

    script: str
    release: int
    element: str | None = Field(description="Id of the task or field; null where it is about a file")
    function: str | None = Field(description="That is called there: the function itself, or one that calls it")
    digest: str | None = Field(description="SHA-256 of the contract that the release has pinned there")
    replaced_by: str | None = Field(description="SHA-256 of the contract that is used in its place")
    rolled_out: bool = Field(description="Whether new sessions may get the release")
    sessions: int = Field(description="Sessions that run on this release now")


class NewReplacement(Given):
    """A contract that is to be replaced by the one that is declared now."""

    digest: Digest
    reason: str = Field(min_length=3, max_length=500, description="Written into the audit log")


class Replacement(BaseModel):
    """A contract that is used in place of another."""

    function: str
    digest: str = Field(description="SHA-256 of the contract that releases have pinned")
    by_digest: str = Field(description="SHA-256 of the one that is used in its place")
    reason: str
    replaced_by: str
    replaced_at: datetime
