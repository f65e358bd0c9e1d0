"""Letting pages call: embed tokens for their operators, and the origins that a tenant has allowed."""

from datetime import timedelta

from player_api.access.context import AccessContext, Actor
from player_api.access.embed_tokens import Grant
from player_api.access.errors import Forbidden, OriginUnknown
from player_api.access.models import EmbedToken, EmbedTokenRequest
from store.journal import EventType
from store.keys import Limits


async def issue_token(context: AccessContext, actor: Actor, wanted: EmbedTokenRequest) -> EmbedToken:
    """Issue a token that is limited to what the actor itself is limited to, and record it first.

    Raises:
        OriginUnknown: the tenant has not allowed the page's origin.
        Forbidden: the teams are not among those of the actor.
        EmbeddingOff: there is no signing key.
    """
    limits = _limits(actor.principal.limits, wanted.teams)
    if wanted.origin not in await context.origins.of_tenant(actor.tenant):
        raise OriginUnknown(f"an administrator must allow pages of {wanted.origin} first")
    expires_at = context.embed_tokens.expiry(timedelta(minutes=wanted.minutes))
    grant = Grant(wanted.operator, wanted.origin, actor.tenant, limits, actor.principal.name, expires_at)
    token = context.embed_tokens.issue(grant)
    data = {**wanted.model_dump(exclude={"minutes"}), "expires_at": expires_at.isoformat()}
    await context.journal.record(actor.did(EventType.EMBED_TOKEN_ISSUED, data))
    return EmbedToken(token=token, expires_at=expires_at)


def _limits(of_actor: Limits, wanted_teams: list[str] | None) -> Limits:
    if wanted_teams is None:
        return of_actor
    teams = frozenset(wanted_teams)
    if of_actor.teams is not None and not teams <= of_actor.teams:
        raise Forbidden("this key is limited to other teams")
    return Limits(of_actor.scripts, of_actor.channels, teams)
