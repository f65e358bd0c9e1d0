"""Finding sessions again, page by page, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from store.database import Database
from store.keys import UNLIMITED, Limits
from store.leases import Handoff
from store.sessions import SessionState

_CONDITIONS: Final = {
    "external_id": "external_id = %(external_id)s",
    "customer": "customer = %(customer)s",
    "script": "script = %(script)s",
    "team": "team = %(team)s",
    "holder": "holder = %(holder)s AND state IN ('starting', 'running')",
    "states": "state = ANY (%(states)s)",
    "before": "(created_at, id) < (%(before_at)s, %(before_id)s)",
    "scripts": "script = ANY (%(scripts)s)",
    "channels": "channel = ANY (%(channels)s)",
    "teams": "(team IS NULL OR team = ANY (%(teams)s))",
}


@dataclass(frozen=True)
class Place:
    """Where a page of hits has ended."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class Search:
    """What is looked for; None counts for nothing.

    Attributes:
        tenant: whose sessions.
        external_id: the caller's own id.
        customer: whom they are about.
        script: of this script.
        team: of this team.
        holder: open ones that this principal has written in last.
        states: in one of these.
        limits: within these.
        before: older than this.
    """

    tenant: str
    external_id: str | None = None
    customer: str | None = None
    script: str | None = None
    team: str | None = None
    holder: str | None = None
    states: frozenset[SessionState] | None = None
    limits: Limits = UNLIMITED
    before: Place | None = None


@dataclass(frozen=True)
class Hit:
    """A session that was found; fields as in `StoredSession`, with the title of its release."""

    id: UUID
    script: str
    title: str
    release: int
    channel: str
    team: str | None
    customer: str | None
    external_id: str | None
    state: SessionState
    result: dict[str, Any] | None
    holder: str | None
    held_until: datetime | None
    handoff: Handoff | None
    created_at: datetime
    touched_at: datetime
    ended_at: datetime | None


class SessionSearch:
    """Searches over the sessions of one tenant each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, search: Search, *, limit: int) -> list[Hit]:
        """Return the newest sessions that fit, at most ``limit``.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        given = {name: value for name, value in _parameters(search).items() if value is not None}
        conditions = ["sessions.tenant = %(tenant)s", *(_CONDITIONS[name] for name in given if name in _CONDITIONS)]
        fits = " AND ".join(conditions)
        rows = await self._database.fetch_all(
            f"""
            SELECT id, script, title, release, channel, team, customer, external_id, state, sessions.result, holder,
                held_until, handoff, sessions.created_at, touched_at, ended_at
            FROM (SELECT * FROM sessions WHERE {fits} ORDER BY created_at DESC, id DESC LIMIT %(limit)s)
                AS sessions JOIN releases USING (script)
            WHERE releases.number = sessions.release ORDER BY sessions.created_at DESC, id DESC
            """,  # noqa: S608  only the conditions above are put in
            {**given, "tenant": search.tenant, "limit": limit},
        )
        return [_hit(row) for row in rows]


def _parameters(search: Search) -> dict[str, Any]:
    limits, before = search.limits, search.before
    return {
        "external_id": search.external_id,
        "customer": search.customer,
        "script": search.script,
        "team": search.team,
        "holder": search.holder,
        "states": None if search.states is None else sorted(search.states),
        "scripts": _listed(limits.scripts),
        "channels": _listed(limits.channels),
        "teams": _listed(limits.teams),
        "before": before and True,
        "before_at": before and before.at,
        "before_id": before and before.id,
    }


def _listed(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(**{**row, "state": SessionState(row["state"]), "handoff": Handoff.read(row["handoff"])})
