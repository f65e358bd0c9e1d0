"""Who may call, as the API shows it."""

from datetime import datetime
from typing import Annotated, Any

import httpx
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from player_api.access.principal import Role
from store.journal import EventType


def _as_browsers_send_it(origin: str) -> str:
    try:
        url = httpx.URL(origin)
    except httpx.InvalidURL as error:
        raise ValueError("this is no origin") from error
    written = f"{url.scheme}://{url.netloc.decode()}"
    if not url.host or written != origin:
        raise ValueError(f"browsers send this origin as {written}" if url.host else "this is no origin")
    return origin


Origin = Annotated[
    str,
    Field(max_length=300, pattern=r"^https?://[a-z0-9.:\[\]-]+$", examples=["https://crm.example"]),
    AfterValidator(_as_browsers_send_it),
]
"""Scheme, host and port, where it is not the usual one, as browsers send them (RFC 6454)."""

OperatorName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x20\x7f:/][^\x00-\x1f\x7f:/]*$")]
KeyName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
"""What scripts, channels and teams are called."""


class Given(BaseModel):
    """A request body: unknown members are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")


class EmbedTokenRequest(Given):
    """Whose page is to walk sessions, and for how long."""

    operator: OperatorName = Field(examples=["a.petrova"])
    origin: Origin = Field(description="Of the page that holds the player; one of the allowed origins")
    teams: list[Word] | None = Field(
        default=None, max_length=100, description="Whose work the operator does; without it, that of all teams"
    )
    minutes: int = Field(default=15, ge=1, le=60)


class EmbedToken(BaseModel):
    """A token for the player."""

    token: str = Field(description="Handed to the player, which sends it as its bearer token")
    expires_at: datetime


class KeyRequest(Given):
    """A key to be made."""

    name: KeyName = Field(examples=["chat-bot"])
    roles: list[Role] = Field(min_length=1, max_length=len(Role))
    scripts: list[Word] | None = Field(default=None, max_length=1000, description="Those it may walk; null for all")
    channels: list[Word] | None = Field(default=None, max_length=100, description="Those it may use; null for all")
    teams: list[Word] | None = Field(default=None, max_length=1000, description="Whose work it may do; null for all")
    requests_a_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="How many it may send; null for the installation's number"
    )
    expires_at: AwareDatetime | None = Field(default=None, description="When it ends; null for never")


class KeyView(BaseModel):
    """A key as an administrator sees it; the key itself is shown once, when it is made."""

    name: str
    roles: list[Role]
    scripts: list[str] | None
    channels: list[str] | None
    teams: list[str] | None
    requests_a_minute: int | None
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To some minutes")
    former_until: datetime | None = Field(description="Until when a former key of this name is good beside it")


class NewKey(BaseModel):
    """A key that was made just now."""

    name: str
    key: str = Field(description="Shown this once; only a digest of it is kept")
    former_until: datetime | None = Field(default=None, description="Until when the former key is good beside it")


class RotateRequest(Given):
    """How long a key's former self lives on."""

    overlap_minutes: int = Field(default=24 * 60, ge=0, le=30 * 24 * 60)


class AuditEntryView(BaseModel):
    """Who did what, when, from where."""

    id: int
    at: datetime
    type: EventType
    actor: str | None
    address: str | None
    correlation_id: str | None
    data: dict[str, Any]


class AuditPage(BaseModel):
    """Entries of the audit trail, the newest first."""

    items: list[AuditEntryView]
    cursor: str | None = Field(description="Sent back for the next page; null where this is the last")


class AllowedOriginList(Given):
    """Origins of the pages that may call from a browser."""

    origins: list[Origin] = Field(max_length=200)
