"""What is done from time to time.

Of several processes one carries out each run. A long run may overlap the next one, and a killed one is not repeated:
each task can run beside itself, and makes up for what an earlier run has left.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from background.abandonment import abandon_idle
from background.canaries import judge_canaries
from background.erasure import erase_customers, forget_answers
from background.reconciliation import end_unstarted, record_ends
from background.retirement import retire_unused
from background.work import Work
from runtime import logs
from store.deliveries import Deliveries
from store.offered import OfferedOptions
from store.rollouts import Rollouts
from store.snapshots import Snapshots
from store.upkeep import ensure_partitions

_log = logs.get(__name__)


@dataclass(frozen=True)
class Recurrent:
    """A task and when it runs.

    Attributes:
        name: unique, never changed: it identifies the task in the database.
        cron: minute, hour, day, month and weekday, in UTC.
        act: does it; gets the moment that it was due.
    """

    name: str
    cron: str
    act: Callable[[Work, datetime], Awaitable[None]]


async def forget_idempotent_answers(work: Work, _now: datetime) -> None:
    """Delete idempotent answers that are kept no longer."""
    forgotten = await work.idempotent.forget_old()
    _log.info("forgot idempotent answers", count=forgotten)


async def forget_deliveries(work: Work, _now: datetime) -> None:
    """Delete deliveries to webhooks that are kept no longer."""
    forgotten = await Deliveries(work.database).forget_old()
    _log.info("forgot deliveries", count=forgotten)


async def forget_offered_options(work: Work, _now: datetime) -> None:
    """Delete what was offered at steps longer ago than it counts."""
    forgotten = await OfferedOptions(work.database).forget_old()
    _log.info("forgot offered options", count=forgotten)


async def forget_snapshots(work: Work, _now: datetime) -> None:
    """Delete what the steps of sessions saw that ended long ago."""
    if forgotten := await Snapshots(work.database).forget_old(work.snapshots_kept):
        _log.info("forgot snapshots", sessions=forgotten)


async def extend_journal(work: Work, _now: datetime) -> None:
    """Make the journal's partitions for the months to come."""
    await ensure_partitions(work.database)


async def reconcile_sessions(work: Work, now: datetime) -> None:
    """Record what nobody was there to see: ends of sessions, and starts that were cut short."""
    ended = await record_ends(work, now)
    unstarted = await end_unstarted(work)
    if ended or unstarted:
        _log.info("reconciled sessions", ended=ended, unstarted=unstarted)


async def retire_releases(work: Work, _now: datetime) -> None:
    """Take releases that nothing uses out of the engine."""
    if retired := await retire_unused(work):
        _log.info("retired releases", count=retired)


async def abandon_idle_sessions(work: Work, _now: datetime) -> None:
    """Warn and abandon sessions that nobody writes in."""
    if abandoned := await abandon_idle(work):
        _log.info("abandoned sessions", count=abandoned)


async def guard_canaries(work: Work, _now: datetime) -> None:
    """End canaries that do worse than their guards allow."""
    for ended in await judge_canaries(Rollouts(work.database)):
        _log.warning("rolled back a canary", script=ended.script, version=ended.version, cause=ended.cause)


RECURRENT = (
    Recurrent("guard_canaries", "* * * * *", guard_canaries),
    Recurrent("forget_idempotent_answers", "17 * * * *", forget_idempotent_answers),
    Recurrent("forget_deliveries", "27 * * * *", forget_deliveries),
    Recurrent("forget_offered_options", "37 * * * *", forget_offered_options),
    Recurrent("extend_journal", "5 3 * * *", extend_journal),
    Recurrent("retire_releases", "35 2 * * *", retire_releases),
    Recurrent("abandon_idle_sessions", "* * * * *", abandon_idle_sessions),
    Recurrent("reconcile_sessions", "* * * * *", reconcile_sessions),
    Recurrent("erase_customers", "* * * * *", erase_customers),
    Recurrent("forget_answers", "41 * * * *", forget_answers),
    Recurrent("forget_snapshots", "47 * * * *", forget_snapshots),
)
