"""Keys, embed tokens, allowed origins and the audit trail of the public contract."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import AwareDatetime

from player_api import problems
from player_api.access import keys
from player_api.access.context import AccessContext, Actor
from player_api.access.embedding import issue_token
from player_api.access.models import (
    AllowedOriginList,
    AuditEntryView,
    AuditPage,
    EmbedToken,
    EmbedTokenRequest,
    KeyName,
    KeyRequest,
    KeyView,
    NewKey,
    RotateRequest,
)
from player_api.access.principal import Principal, Role, allow
from player_api.problems import Problem
from store.audit import AUDITED, AuditQuery
from store.journal import EventType

router = APIRouter(
    tags=["access"],
    responses=problems.answers(401, 403, 404, 422, 429, 503),
)


def _context(request: Request) -> AccessContext:
    context: AccessContext = request.app.state.access
    return context


def _embedder(request: Request, principal: Annotated[Principal, Depends(allow(Role.EMBEDDER))]) -> Actor:
    return Actor(principal, request.scope["correlation_id"])


def _administrator(request: Request, principal: Annotated[Principal, Depends(allow())]) -> Actor:
    return Actor(principal, request.scope["correlation_id"])


Context = Annotated[AccessContext, Depends(_context)]
Embedder = Annotated[Actor, Depends(_embedder)]
Administrator = Annotated[Actor, Depends(_administrator)]
Named = Annotated[KeyName, Path(examples=["chat-bot"])]


@router.get("/keys")
async def list_keys(context: Context, administrator: Administrator) -> list[KeyView]:
    """List the API keys of this tenant, without the keys themselves."""
    return await keys.list_keys(context, administrator)


@router.post("/keys", status_code=201, responses={409: {"model": Problem, "description": "The name is in use"}})
async def create_key(body: KeyRequest, context: Context, administrator: Administrator) -> NewKey:
    """Make a key; it is shown in this answer and never again."""
    return await keys.create_key(context, administrator, body)


@router.post("/keys/{name}/rotate", status_code=201)
async def rotate_key(name: Named, body: RotateRequest, context: Context, administrator: Administrator) -> NewKey:
    """Give a name another key, while the present one is good for some time more, so that nothing stands still.

    Sent again after its answer got lost, it makes one more key, and those in use live on as well.
    """
    return await keys.rotate_key(context, administrator, name, timedelta(minutes=body.overlap_minutes))


@router.delete("/keys/{name}", status_code=204)
async def revoke_key(name: Named, context: Context, administrator: Administrator) -> None:
    """Make a key worthless, and its former ones; every facade knows it within some seconds."""
    await keys.revoke_key(context, administrator, name)


@router.post(
    "/embed-tokens",
    status_code=201,
    responses={409: {"model": Problem, "description": "No signing key is set, or the origin is not allowed"}},
)
async def issue_embed_token(body: EmbedTokenRequest, context: Context, embedder: Embedder) -> EmbedToken:
    """Issue a token with which one operator's page, of one origin, walks sessions for some minutes.

    For the back end of a CRM, which knows who has signed in there: it hands the token to its page, and asks for another
    when the player says that it has expired.
    """
    return await issue_token(context, embedder, body)


@router.get("/origins")
async def list_origins(context: Context, administrator: Administrator) -> AllowedOriginList:
    """List the origins of pages that may call from a browser."""
    return AllowedOriginList(origins=await context.origins.of_tenant(administrator.tenant))


@router.put("/origins")
async def replace_origins(body: AllowedOriginList, context: Context, administrator: Administrator) -> AllowedOriginList:
    """Let pages of these origins, and no others, call from a browser; every facade knows it within some seconds."""
    event = administrator.did(EventType.ORIGINS_CHANGED, {"origins": sorted(set(body.origins))})
    await context.origins.replace(administrator.tenant, body.origins, event)
    return AllowedOriginList(origins=await context.origins.of_tenant(administrator.tenant))


@router.get("/audit")
async def read_audit(
    context: Context,
    administrator: Administrator,
    type: Annotated[list[EventType] | None, Query(description="Of these types alone")] = None,  # noqa: A002
    actor: Annotated[str | None, Query(max_length=200, description="Such as key:admin or operator:anna")] = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query(description="Up to this moment, without it")] = None,
    cursor: Annotated[str | None, Query(pattern=r"^[0-9]{1,18}$", description="From the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Who did what, when, from where, the newest first; customers' data is not in it.

    What happened within a session is in that session's history.
    """
    types = AUDITED if type is None else [one for one in type if one in AUDITED]
    before = int(cursor) if cursor else None
    query = AuditQuery(administrator.tenant, types, actor, since, until, before, limit)
    items = [AuditEntryView(**vars(entry)) for entry in await context.audit.entries(query)]
    return AuditPage(items=items, cursor=str(items[-1].id) if len(items) == limit else None)
