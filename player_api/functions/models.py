"""Declarations as the API shows them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from functions.execution import Recorded

DeclaredName = Annotated[str, Field(max_length=100, pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]


class Summary(BaseModel):
    """A declaration in a list."""

    name: str
    title: dict[str, str]
    system: str | None = Field(description="Which system a function calls; null for a system itself")
    effect: str | None
    revision: int = Field(description="0 where it comes from a file alone")


class RevisionInfo(BaseModel):
    """One state of a declaration."""

    number: int
    digest: str
    created_at: datetime
    created_by: str


class Declaration(BaseModel):
    """A declaration in force."""

    name: str
    revision: int = Field(description="Sent back with a change; 0 where it comes from a file alone")
    digest: str = Field(description="SHA-256 of its content")
    declaration: dict[str, Any]
    revisions: list[RevisionInfo] = Field(description="The newest first")


class Change(BaseModel):
    """A new revision of a declaration."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=0, description="The one that the author began with")
    declaration: dict[str, JsonValue]


class Trial(BaseModel):
    """A function to be run once, outside any script."""

    model_config = ConfigDict(extra="forbid")

    inputs: dict[str, JsonValue] = Field(default={}, description="By name, as a script would hand them in")
    declaration: dict[str, JsonValue] | None = Field(
        default=None, description="Tried in place of the one in force, and not stored"
    )
    recorded: Recorded | None = Field(default=None, description="Taken as the answer, instead of asking the system")
