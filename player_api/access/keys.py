"""Making, changing and revoking API keys; every act is recorded with the change that it makes."""

import secrets
from datetime import timedelta
from typing import Any

from player_api.access.context import AccessContext, Actor
from player_api.access.errors import KeyExists, KeyUnknown
from player_api.access.models import KeyRequest, KeyView, NewKey
from player_api.access.principal import Role
from store.journal import EventType
from store.keys import ApiKey, Limits, ListedKey

_LIMITS = ("scripts", "channels", "teams")


async def list_keys(context: AccessContext, actor: Actor) -> list[KeyView]:
    """Return the keys of the actor's tenant, by name."""
    return [_view(key) for key in await context.keys.all_of(actor.tenant)]


async def create_key(context: AccessContext, actor: Actor, wanted: KeyRequest) -> NewKey:
    """Make a key of the actor's tenant.

    Raises:
        KeyExists: its name is in use.
    """
    only = {name: getattr(wanted, name) for name in _LIMITS}
    limits = Limits(
        **{name: None if those is None else frozenset(those) for name, those in only.items()},
        requests_a_minute=wanted.requests_a_minute,
    )
    stored = ApiKey(wanted.name, frozenset(wanted.roles), actor.tenant, limits, wanted.expires_at)
    key = secrets.token_urlsafe(32)
    if not await context.keys.create(stored, key, actor.did(EventType.KEY_CREATED, wanted.model_dump(mode="json"))):
        raise KeyExists(f"choose another name than {wanted.name}, rotate that key, or delete it first")
    return NewKey(name=wanted.name, key=key)


async def rotate_key(context: AccessContext, actor: Actor, name: str, overlap: timedelta) -> NewKey:
    """Give a name another key; the present one is good for ``overlap`` more.

    Raises:
        KeyUnknown: there is no such key.
    """
    key = secrets.token_urlsafe(32)
    data: dict[str, Any] = {"name": name, "overlap_minutes": overlap.total_seconds() / 60}
    event = actor.did(EventType.KEY_ROTATED, data)
    until = await context.keys.rotate(name, actor.tenant, key, overlap=overlap, event=event)
    if until is None:
        raise KeyUnknown(f"there is no key {name} in force")
    return NewKey(name=name, key=key, former_until=until)


async def revoke_key(context: AccessContext, actor: Actor, name: str) -> None:
    """Make a key worthless, and its former ones.

    Raises:
        KeyUnknown: there is no such key.
    """
    if not await context.keys.revoke(name, actor.tenant, actor.did(EventType.KEY_REVOKED, {"name": name})):
        raise KeyUnknown(f"there is no key {name}")


def _view(listed: ListedKey) -> KeyView:
    key = listed.key
    only = {name: getattr(key.limits, name) for name in _LIMITS}
    return KeyView(
        name=key.name,
        roles=sorted(map(Role, key.roles)),
        **{name: None if those is None else sorted(those) for name, those in only.items()},
        requests_a_minute=key.limits.requests_a_minute,
        created_at=listed.created_at,
        created_by=listed.created_by,
        expires_at=key.expires_at,
        last_used_at=listed.last_used_at,
        former_until=listed.former_until,
    )
