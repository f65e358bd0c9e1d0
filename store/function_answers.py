"""Answers of integration functions that any worker may use, and who is asking for one at this moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb
from pydantic import JsonValue

from store.batching import Batched
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


@dataclass(frozen=True, slots=True)
class _Look:
    place: Place
    fresh: timedelta
    holder: str
    lease: timedelta


@dataclass(frozen=True, slots=True)
class _Keep:
    place: Place
    generation: int
    outputs: Mapping[str, JsonValue]
    holder: str
    keep_for: timedelta


# Rows are locked in the order of their keys, so that two processes with the same questions never wait for each other.
_FIND = """
    WITH asked AS (
        SELECT asked.*, coalesce(known.generation, 0) AS generation
        FROM unnest(%(keys)s::text[], %(tags)s::text[], %(fresh)s::interval[], %(holders)s::text[],
                %(leases)s::interval[]) WITH ORDINALITY AS asked (key, tag, fresh, holder, lease, place)
            LEFT JOIN function_generations AS known USING (tag)
    ), answer AS (
        SELECT place, outputs, clock_timestamp() - kept_at AS age
        FROM function_answers JOIN asked USING (key, generation) WHERE until > clock_timestamp()
    ), lease AS (
        INSERT INTO function_leases AS lease (key, holder, until)
        SELECT DISTINCT ON (key) key, holder, clock_timestamp() + asked.lease
        FROM asked LEFT JOIN answer USING (place) WHERE (age <= fresh) IS NOT TRUE ORDER BY key, place
        ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE lease.until <= clock_timestamp() OR lease.holder = excluded.holder
        RETURNING key, holder
    )
    SELECT generation, outputs, age, lease.key IS NOT NULL AS leased
    FROM asked LEFT JOIN answer USING (place) LEFT JOIN lease USING (key, holder) ORDER BY place
"""

_KEEP = """
    WITH asked AS (
        SELECT * FROM unnest(%(keys)s::text[], %(tags)s::text[], %(generations)s::integer[], %(outputs)s::jsonb[],
            %(holders)s::text[], %(keep_for)s::interval[]) AS asked (key, tag, seen, outputs, holder, keep_for)
    ), ended AS (
        DELETE FROM function_leases WHERE ctid IN (
            SELECT lease.ctid FROM function_leases AS lease JOIN asked USING (key, holder) ORDER BY key FOR UPDATE
        )
    )
    INSERT INTO function_answers (key, generation, outputs, kept_at, until)
    SELECT DISTINCT ON (key) key, seen, outputs, clock_timestamp(), clock_timestamp() + keep_for
    FROM asked LEFT JOIN function_generations AS known USING (tag)
    WHERE seen = coalesce(known.generation, 0) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET generation = excluded.generation, outputs = excluded.outputs,
        kept_at = excluded.kept_at, until = excluded.until
"""


class FunctionAnswers:
    """Kept answers. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks = Batched(self._find)
        self._keeps = Batched(self._keep)

    async def find(self, place: Place, *, fresh: timedelta, holder: str, lease: timedelta) -> Found:
        """Look for an answer; where none is younger than ``fresh``, take the lease unless another holds it.

        Args:
            place: of the question.
            fresh: younger answers need no lease.
            holder: who asks; may renew its own lease.
            lease: how long others wait for this holder's answer.
        """
        return await self._looks(_Look(place, fresh, holder, lease))

    async def _find(self, looks: Sequence[_Look]) -> list[Found]:
        rows = await self._database.fetch_all(
            _FIND,
            {
                "keys": [look.place.key for look in looks],
                "tags": [look.place.tag for look in looks],
                "fresh": [look.fresh for look in looks],
                "holders": [look.holder for look in looks],
                "leases": [look.lease for look in looks],
            },
        )
        return [_found(row) for row in rows]

    async def keep(
        self, place: Place, generation: int, outputs: Mapping[str, JsonValue], *, holder: str, keep_for: timedelta
    ) -> None:
        """Keep an answer and end the lease. Of a generation that is over, nothing is kept."""
        await self._keeps(_Keep(place, generation, outputs, holder, keep_for))

    async def _keep(self, keeps: Sequence[_Keep]) -> Sequence[None]:
        await self._database.fetch_one(
            _KEEP,
            {
                "keys": [kept.place.key for kept in keeps],
                "tags": [kept.place.tag for kept in keeps],
                "generations": [kept.generation for kept in keeps],
                "outputs": [Jsonb(kept.outputs) for kept in keeps],
                "holders": [kept.holder for kept in keeps],
                "keep_for": [kept.keep_for for kept in keeps],
            },
        )
        return [None] * len(keeps)

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


def _found(row: DictRow) -> Found:
    answer = KeptAnswer(row["outputs"], row["age"]) if row["age"] is not None else None
    return Found(answer, row["generation"], row["leased"])
