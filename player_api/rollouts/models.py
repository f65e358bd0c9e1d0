"""Rollouts as the API shows them."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from player_api.sessions.models import Given
from store.rollouts import Rollout as StoredRollout

Word = Annotated[str, Field(min_length=1, max_length=100)]
Release = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Guard(Given):
    """When a canary ends by itself: what is worse than the release before by more than is allowed."""

    min_sessions: int = Field(default=30, ge=1, le=10_000, description="Finished sessions before anything is judged")
    errors: float | None = Field(
        default=None, ge=0, le=100, description="Percentage points of sessions with a failed function"
    )
    cancellations: float | None = Field(
        default=None, ge=0, le=100, description="Percentage points of sessions cancelled or abandoned"
    )
    handling_time: float | None = Field(default=None, ge=0, le=1_000, description="Percent of the median handling time")

    @model_validator(mode="after")
    def _guards_something(self) -> Self:
        if self.errors is None and self.cancellations is None and self.handling_time is None:
            raise ValueError("a guard needs at least one of errors, cancellations and handling_time")
        return self


class Canary(Given):
    """Another release for a part of the sessions of a rule."""

    release: Release
    percent: int = Field(
        default=0, ge=0, le=100, description="Of operators, each always the same; of sessions where no person works"
    )
    teams: list[Word] = Field(default=[], max_length=100, description="All of whose sessions get it")
    guard: Guard | None = None


class Rule(Given):
    """Which release the sessions of a channel, tenant and team get; all of them, where none is named."""

    channel: Word | None = None
    tenant: Word | None = None
    team: Word | None = None
    release: Release
    canary: Canary | None = None

    @property
    def place(self) -> tuple[str | None, str | None, str | None]:
        """Whom it is for."""
        return self.channel, self.tenant, self.team


class NewRollout(Given):
    """The rules that replace all others."""

    rules: list[Rule] = Field(
        max_length=200, description="The most specific one wins; without any, nobody can start the script"
    )


class CanaryNow(Canary):
    """A canary that runs."""

    since: datetime = Field(description="The guard compares sessions that began after it")


class RuleNow(Rule):
    """A rule in force."""

    canary: CanaryNow | None = None


class Cause(BaseModel):
    """Why, in both languages."""

    ru: str
    en: str


class Rollout(BaseModel):
    """What is rolled out of a script."""

    script: str
    version: int = Field(description="Also the ETag; sent back as If-Match with a switch")
    rules: list[RuleNow]
    changed_at: datetime
    changed_by: str
    cause: Cause | None = Field(description="Where nobody has decided it: why a guard has")
    restored: int | None = Field(description="The earlier version that it went back to")

    @classmethod
    def of(cls, rollout: StoredRollout) -> "Rollout":
        """Show what is stored."""
        return cls.model_validate({**vars(rollout), "rules": list(rollout.rules)})


def stored(rule: Rule, since: datetime) -> dict[str, Any]:
    """Return a rule as it is stored; a canary begins at ``since``."""
    written: dict[str, Any] = rule.model_dump(mode="json", exclude_none=True)
    if rule.canary is not None:
        written["canary"]["since"] = since.isoformat()
    return written
