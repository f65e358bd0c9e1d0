"""Bad days of a system that is asked in SQL: its stored functions look them up in a table."""

import math

from fastapi import APIRouter

from demo.faults import Faults
from demo.latency import Z99, FixedLatency
from demo.postgres import Database

_BEHAVE = """
INSERT INTO inventory.behaviour (median, sigma, error_rate, hang) VALUES (%(median)s, %(sigma)s, %(rate)s, %(hang)s)
ON CONFLICT (single) DO UPDATE SET
    median = excluded.median, sigma = excluded.sigma, error_rate = excluded.error_rate, hang = excluded.hang
"""


async def behave(database: Database, wanted: Faults) -> None:
    """Let the inventory be so from now on.

    Raises:
        psycopg.Error: the database can't be reached.
    """
    latency = wanted.latency_ms
    median, sigma = (
        (latency.fixed, 0.0)
        if isinstance(latency, FixedLatency)
        else (latency.median, math.log(latency.p99 / latency.median) / Z99)
    )
    rate = 1.0 if wanted.down else wanted.error_rate
    async with database.transaction() as connection:
        await connection.execute(_BEHAVE, {"median": median, "sigma": sigma, "rate": rate, "hang": wanted.hang})


def inventory_control(database: Database, usual: Faults) -> APIRouter:
    """Routes that show and change how the inventory behaves."""
    router = APIRouter(prefix="/_demo", tags=["demonstration"])
    present = usual

    @router.get("/faults")
    async def faults() -> Faults:
        """How the inventory behaves."""
        return present

    @router.put("/faults")
    async def set_faults(wanted: Faults) -> Faults:
        """Change how it behaves: slow, failing, `down` or silent. It has no answers to lose or to spoil."""
        nonlocal present
        await behave(database, wanted)
        present = wanted
        return wanted

    return router
