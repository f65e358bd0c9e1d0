"""Who may call, as the API shows it."""

from datetime import datetime
from typing import Annotated

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


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
Team = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]


class Given(BaseModel):
    """A request body: unknown members are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")


class EmbedTokenRequest(Given):
    """Whose page is to walk sessions, and for how long."""

    operator: OperatorName = Field(examples=["a.petrova"])
    origin: Origin = Field(description="Of the page that holds the player; one of the allowed origins")
    teams: list[Team] | None = Field(
        default=None, max_length=100, description="Whose work the operator does; without it, that of all teams"
    )
    minutes: int = Field(default=15, ge=1, le=60)


class EmbedToken(BaseModel):
    """A token for the player."""

    token: str = Field(description="Handed to the player, which sends it as its bearer token")
    expires_at: datetime


class AllowedOriginList(Given):
    """Origins of the pages that may call from a browser."""

    origins: list[Origin] = Field(max_length=200)
