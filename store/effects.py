"""Calls that change something, written down before they are made: none is made twice blindly, and some are undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from store.database import Connection, Database
from store.journal import Event, EventType, write


class EffectKind(StrEnum):
    """Whether a call can be undone."""

    COMPENSABLE = "compensable"
    IRREVERSIBLE = "irreversible"


class EffectState(StrEnum):
    """What is known of a call."""

    BEGUN = "begun"
    """It was about to be made: whether it was is unknown."""
    DONE = "done"
    REFUSED = "refused"
    NOT_MADE = "not_made"
    """It certainly had no effect; it may be made."""
    UNDONE = "undone"
    """Its undo was made."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A call that changes something, written down before it is made.

    Attributes:
        key: the idempotency key of its task.
        session_id: business key of its process, None where it has none.
        outputs: of a done call, or the variables of a refusal.
        code: the BPMN error of a refusal.
        kind: whether it can be undone.
        inputs: of a compensable call, for its undo.
    """

    key: str
    function: str
    session_id: str | None
    activity_id: str
    correlation_id: str
    state: EffectState = EffectState.BEGUN
    outputs: Mapping[str, JsonValue] | None = None
    code: str | None = None
    kind: EffectKind = EffectKind.IRREVERSIBLE
    inputs: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True)
class Undoable:
    """A compensable call that was made, or may have been.

    Attributes:
        key: as of the effect.
        inputs: what it was called with.
        outputs: what it gave, as far as that is known.
        begun_at: when.
        undo_instance: the process instance that undoes it, None where none was begun.
    """

    key: str
    function: str
    activity_id: str
    inputs: Mapping[str, JsonValue]
    outputs: Mapping[str, JsonValue]
    begun_at: datetime
    undo_instance: str | None


class Effects:
    """The calls that were made or may have been."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, effect: Effect) -> Effect | None:
        """Write down a call that is about to be made, durably, with its event.

        Returns:
            None where it was not known, or was ``NOT_MADE``: it is ``BEGUN`` now. Otherwise what was known, unchanged.

        Raises:
            StoreUnavailable: it may not be written down; the call must not be made.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO effects AS known (key, function, session, activity_id, correlation_id, kind, inputs, state)
                VALUES (%(key)s, %(function)s, %(session)s, %(activity_id)s, %(correlation_id)s, %(kind)s, %(inputs)s,
                    'begun')
                ON CONFLICT (key) DO UPDATE SET state = 'begun', correlation_id = excluded.correlation_id,
                    begun_at = now(), settled_at = NULL WHERE known.state = 'not_made'
                RETURNING key
                """,
                _columns(effect),
            )
            if await cursor.fetchone():
                await _tell(connection, effect, EffectState.BEGUN)
                return None
            cursor = await connection.execute(
                "SELECT activity_id, correlation_id, state, outputs, code, kind, inputs FROM effects WHERE key = %s",
                (effect.key,),
            )
            known = await cursor.fetchone()
        assert known is not None, "it was not inserted because it is there"  # noqa: S101
        return Effect(
            **{**known, "state": EffectState(known["state"]), "kind": EffectKind(known["kind"])},
            key=effect.key,
            function=effect.function,
            session_id=effect.session_id,
        )

    async def settle(self, effect: Effect) -> None:
        """Replace what is known of a call by its key, with its event.

        Raises:
            StoreUnavailable: nothing is replaced.
        """
        async with self._database.transaction() as connection:
            await connection.execute(
                "UPDATE effects SET state = %(state)s, outputs = %(outputs)s, code = %(code)s,"
                " correlation_id = %(correlation_id)s, settled_at = now() WHERE key = %(key)s",
                _columns(effect),
            )
            await _tell(connection, effect, effect.state)

    async def undoable(self, session: UUID) -> list[Undoable]:
        """Return the compensable calls of a session that were made, or may have been, the latest first.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT key, function, activity_id, inputs, outputs, begun_at, undo_instance FROM effects"
            " WHERE session = %s AND kind = 'compensable' AND state IN ('begun', 'done') ORDER BY begun_at DESC",
            (session,),
        )
        return [Undoable(**{**row, "inputs": row["inputs"] or {}, "outputs": row["outputs"] or {}}) for row in rows]

    async def undo_instances(self, session: UUID) -> frozenset[str]:
        """Return the process instances that undo, or have undone, something of a session.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT undo_instance FROM effects WHERE session = %s AND undo_instance IS NOT NULL", (session,)
        )
        return frozenset(row["undo_instance"] for row in rows)

    async def note_undo(self, key: str, instance: str) -> None:
        """Record which process instance undoes a call.

        Raises:
            StoreUnavailable: it is not recorded.
        """
        await self._database.fetch_one("UPDATE effects SET undo_instance = %s WHERE key = %s", (instance, key))

    async def undone(self, key: str) -> None:
        """Record that a call was undone, with its event, once.

        Raises:
            StoreUnavailable: it is not recorded.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE effects SET state = 'undone', settled_at = now() WHERE key = %s AND state <> 'undone'"
                " RETURNING key, function, session::text AS session_id, activity_id, correlation_id, kind",
                (key,),
            )
            if row := await cursor.fetchone():
                effect = Effect(**{**row, "kind": EffectKind(row["kind"])})
                await _tell(connection, effect, EffectState.UNDONE)


def _session(effect: Effect) -> UUID | None:
    try:
        return UUID(effect.session_id) if effect.session_id else None
    except ValueError:
        return None


def _columns(effect: Effect) -> dict[str, Any]:
    return {
        "key": effect.key,
        "function": effect.function,
        "session": _session(effect),
        "activity_id": effect.activity_id,
        "correlation_id": effect.correlation_id,
        "state": effect.state,
        "outputs": None if effect.outputs is None else Jsonb(effect.outputs),
        "code": effect.code,
        "kind": effect.kind,
        "inputs": None if effect.inputs is None else Jsonb(effect.inputs),
    }


async def _tell(connection: Connection, effect: Effect, state: EffectState) -> None:
    data = {
        "function": effect.function,
        "activity_id": effect.activity_id,
        "kind": effect.kind,
        "state": state,
        "key": effect.key,
    }
    event = Event(EventType.EFFECT, session=_session(effect), correlation_id=effect.correlation_id, data=data)
    await write(connection, event)
