"""Irreversible calls, written down before they are made, so that none is made twice blindly."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from store.database import Connection, Database
from store.journal import Event, EventType, write


class EffectState(StrEnum):
    """What is known of an irreversible call."""

    BEGUN = "begun"
    """It was about to be made: whether it was is unknown."""
    DONE = "done"
    REFUSED = "refused"
    NOT_MADE = "not_made"
    """It certainly had no effect; it may be made."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An irreversible call, written down before it is made.

    Attributes:
        key: the idempotency key of its task.
        session_id: business key of its process, None where it has none.
        outputs: of a done call, or the variables of a refusal.
        code: the BPMN error of a refusal.
    """

    key: str
    function: str
    session_id: str | None
    activity_id: str
    correlation_id: str
    state: EffectState = EffectState.BEGUN
    outputs: Mapping[str, JsonValue] | None = None
    code: str | None = None


class Effects:
    """The irreversible calls that were made or may have been."""

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
                INSERT INTO effects AS known (key, function, session, activity_id, correlation_id, state)
                VALUES (%(key)s, %(function)s, %(session)s, %(activity_id)s, %(correlation_id)s, 'begun')
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
                "SELECT activity_id, correlation_id, state, outputs, code FROM effects WHERE key = %s", (effect.key,)
            )
            known = await cursor.fetchone()
        assert known is not None, "it was not inserted because it is there"  # noqa: S101
        return Effect(
            **{**known, "state": EffectState(known["state"])},
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
    }


async def _tell(connection: Connection, effect: Effect, state: EffectState) -> None:
    data = {"function": effect.function, "activity_id": effect.activity_id, "state": state, "key": effect.key}
    event = Event(EventType.EFFECT, session=_session(effect), correlation_id=effect.correlation_id, data=data)
    await write(connection, event)
