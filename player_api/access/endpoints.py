"""Who may call: embed tokens and allowed origins of the public contract."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from player_api.access.context import AccessContext
from player_api.access.embed_tokens import Grant
from player_api.access.errors import OriginUnknown
from player_api.access.models import AllowedOriginList, EmbedToken, EmbedTokenRequest
from player_api.access.principal import Principal, Role, allow
from player_api.problems import Problem
from store.journal import Event, EventType

router = APIRouter(
    tags=["access"],
    responses={code: {"model": Problem, "content": {"application/problem+json": {}}} for code in (401, 403, 422, 503)},
)


def _context(request: Request) -> AccessContext:
    context: AccessContext = request.app.state.access
    return context


Context = Annotated[AccessContext, Depends(_context)]
Embedder = Annotated[Principal, Depends(allow(Role.EMBEDDER))]
Administrator = Annotated[Principal, Depends(allow())]


@router.post(
    "/embed-tokens",
    status_code=201,
    responses={409: {"model": Problem, "description": "No signing key is set, or the origin is not allowed"}},
)
async def issue_embed_token(
    body: EmbedTokenRequest, request: Request, context: Context, embedder: Embedder
) -> EmbedToken:
    """Issue a token with which one operator's page, of one origin, walks sessions for some minutes.

    For the back end of a CRM, which knows who has signed in there: it hands the token to its page, and asks for another
    when the player says that it has expired.
    """
    if body.origin not in await context.origins.of_tenant(embedder.tenant):
        raise OriginUnknown(f"an administrator must allow pages of {body.origin} first")
    expires_at = context.embed_tokens.expiry(timedelta(minutes=body.minutes))
    teams = None if body.teams is None else frozenset(body.teams)
    token = context.embed_tokens.issue(
        Grant(body.operator, body.origin, embedder.tenant, teams, embedder.name, expires_at)
    )
    data = {"operator": body.operator, "origin": body.origin, "teams": body.teams, "expires_at": expires_at.isoformat()}
    await context.journal.record(
        Event(
            EventType.EMBED_TOKEN_ISSUED,
            tenant=embedder.tenant,
            actor=embedder.name,
            correlation_id=request.scope["correlation_id"],
            data=data,
        )
    )
    return EmbedToken(token=token, expires_at=expires_at)


@router.get("/origins")
async def list_origins(context: Context, administrator: Administrator) -> AllowedOriginList:
    """List the origins of pages that may call from a browser."""
    return AllowedOriginList(origins=await context.origins.of_tenant(administrator.tenant))


@router.put("/origins")
async def replace_origins(body: AllowedOriginList, context: Context, administrator: Administrator) -> AllowedOriginList:
    """Let pages of these origins, and no others, call from a browser; every facade knows it within some seconds."""
    await context.origins.replace(administrator.tenant, body.origins, administrator.name)
    return AllowedOriginList(origins=await context.origins.of_tenant(administrator.tenant))
