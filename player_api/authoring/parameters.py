"""What requests about drafts and releases have in common: who asks, for what, and on which version."""

import re
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Query, Request
from pydantic import Field

from player_api.access.principal import Principal, Role, allow
from player_api.authoring.context import AuthoringContext
from player_api.authoring.errors import VersionMissing
from player_api.sessions.context import Caller


def _context(request: Request) -> AuthoringContext:
    context: AuthoringContext = request.app.state.authoring
    return context


def _caller(request: Request, principal: Annotated[Principal, Depends(allow(Role.AUTHOR, Role.PUBLISHER))]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


def _version(
    if_match: Annotated[
        str | None, Header(max_length=40, description='The version that the change was made on, such as `"7"`')
    ] = None,
) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'"([0-9]{1,9})"', if_match)
    if found is None:
        raise VersionMissing('If-Match must be the version of the draft in quotes, such as "7"')
    return int(found[1])


def _required(version: Annotated[int | None, Depends(_version)]) -> int:
    if version is None:
        raise VersionMissing("say in If-Match which version of the draft the change was made on")
    return version


Context = Annotated[AuthoringContext, Depends(_context)]
Author = Annotated[Caller, Depends(_caller)]
SeenVersion = Annotated[int | None, Depends(_version)]
RequiredVersion = Annotated[int, Depends(_required)]


def _publisher(request: Request, principal: Annotated[Principal, Depends(allow(Role.PUBLISHER))]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


Publisher = Annotated[Caller, Depends(_publisher)]
Form = Annotated[
    Literal["closed", "sources"],
    Query(alias="of", description="The files as published, with all that they call, or as their author made them"),
]
_State = Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["draft"]
Before = Annotated[_State, Query(alias="from", description="Number of a release, or `draft`")]
After = Annotated[_State, Query(alias="to", description="Number of a release, or `draft`")]
EarlierThan = Annotated[
    int | None, Query(alias="before", ge=1, le=2**31 - 1, description="Of a page: the last version of the page before")
]
PageSize = Annotated[int, Query(alias="limit", ge=1, le=1_000, description="Of versions")]
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
FILE: dict[int | str, dict[str, Any]] = {200: {"description": "The file", "content": BYTES}}
ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"description": "A zip archive", "content": ZIP}}
