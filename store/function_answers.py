"""Answers of integration functions that any worker may use, and who is asking for one at this moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from store.database import Database


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is kept. Both are digests: no customer can be told from them.

    Attributes:
        key: of one question: contract, inputs, tenant and whom it may be given to.
        tag: of everything that one ``invalidates`` drops at once: function, tenant and whom it may be given to.
    """

    key: str
    tag: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Outputs from an earlier call.

    Attributes:
        age: since they were kept.
    """

    outputs: Mapping[str, JsonValue]
    age: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """What a look into the shared answers gave.

    Attributes:
        answer: of the present generation, however old, None where there is none.
        generation: how often the tag has been dropped; goes back with ``keep``.
        leased: the caller is now the one who asks the system.
    """

    answer: KeptAnswer | None
    generation: int
    leased: bool


_FIND = """
    WITH present AS (
        SELECT coalesce((SELECT generation FROM function_generations WHERE tag = %(tag)s), 0) AS generation
    ), answer AS (
        SELECT outputs, clock_timestamp() - kept_at AS age FROM function_answers JOIN present USING (generation)
        WHERE key = %(key)s AND until > clock_timestamp()
    ), lease AS (
        INSERT INTO function_leases AS lease (key, holder, until)
        SELECT %(key)s, %(holder)s, clock_timestamp() + %(lease)s
        WHERE NOT EXISTS (SELECT 1 FROM answer WHERE age <= %(fresh)s)
        ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE lease.until <= clock_timestamp() OR lease.holder = excluded.holder
        RETURNING key
    )
    SELECT present.generation, answer.outputs, answer.age, EXISTS (SELECT 1 FROM lease) AS leased
    FROM present LEFT JOIN answer ON true
"""

_KEEP = """
    WITH ended AS (DELETE FROM function_leases WHERE key = %(key)s AND holder = %(holder)s)
    INSERT INTO function_answers (key, generation, outputs, kept_at, until)
    SELECT %(key)s, %(generation)s, %(outputs)s, clock_timestamp(), clock_timestamp() + %(keep_for)s
    WHERE %(generation)s = coalesce((SELECT generation FROM function_generations WHERE tag = %(tag)s), 0)
    ON CONFLICT (key) DO UPDATE SET generation = excluded.generation, outputs = excluded.outputs,
        kept_at = excluded.kept_at, until = excluded.until
"""


class FunctionAnswers:
    """Kept answers. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, place: Place, *, fresh: timedelta, holder: str, lease: timedelta) -> Found:
        """Look for an answer; where none is younger than ``fresh``, take the lease unless another holds it.

        Args:
            place: of the question.
            fresh: younger answers need no lease.
            holder: who asks; may renew its own lease.
            lease: how long others wait for this holder's answer.
        """
        given = {"key": place.key, "tag": place.tag, "fresh": fresh, "holder": holder, "lease": lease}
        row = await self._database.fetch_one(_FIND, given)
        assert row is not None, "the statement always gives a row"  # noqa: S101
        answer = KeptAnswer(row["outputs"], row["age"]) if row["age"] is not None else None
        return Found(answer, row["generation"], row["leased"])

    async def keep(
        self, place: Place, generation: int, outputs: Mapping[str, JsonValue], *, holder: str, keep_for: timedelta
    ) -> None:
        """Keep an answer and end the lease. Of a generation that is over, nothing is kept."""
        given = {"key": place.key, "tag": place.tag, "generation": generation, "holder": holder, "keep_for": keep_for}
        await self._database.fetch_one(_KEEP, {**given, "outputs": Jsonb(outputs)})

    async def release(self, place: Place, *, holder: str) -> None:
        """End the lease of this holder without an answer."""
        await self._database.fetch_one(
            "DELETE FROM function_leases WHERE key = %s AND holder = %s", (place.key, holder)
        )

    async def drop(self, tags: Collection[str]) -> None:
        """Begin another generation of these tags: no answer of an earlier one is found or kept any more."""
        await self._database.fetch_one(
            "INSERT INTO function_generations AS known (tag, generation)"
            " SELECT tag, 1 FROM unnest(%s::text[]) AS tag ORDER BY tag"
            " ON CONFLICT (tag) DO UPDATE SET generation = known.generation + 1",
            (sorted(set(tags)),),
        )

    async def forget_old(self) -> int:
        """Delete answers and leases that have ended; return how many answers."""
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM function_leases WHERE until < now()")
            cursor = await connection.execute("DELETE FROM function_answers WHERE until < now()")
            return cursor.rowcount
