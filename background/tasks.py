"""What is done from time to time, through procrastinate: each task runs on one process at a time."""

from datetime import UTC, datetime

from procrastinate import Blueprint, JobContext

from background.reconciliation import end_unstarted, record_ends
from background.work import Work
from runtime import logs
from store.upkeep import ensure_partitions

_log = logs.get(__name__)
tasks = Blueprint()


def _work(context: JobContext) -> Work:
    work: Work = context.additional_context["work"]
    return work


@tasks.periodic(cron="17 * * * *")
@tasks.task(queueing_lock="forget_idempotent_answers", lock="forget_idempotent_answers", pass_context=True)
async def forget_idempotent_answers(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Delete idempotent answers that are kept no longer."""
    forgotten = await _work(context).idempotent.forget_old()
    _log.info("forgot idempotent answers", count=forgotten)


@tasks.periodic(cron="5 3 * * *")
@tasks.task(queueing_lock="extend_journal", lock="extend_journal", pass_context=True)
async def extend_journal(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Make the journal's partitions for the months to come."""
    await ensure_partitions(_work(context).database)


@tasks.periodic(cron="* * * * *")
@tasks.task(queueing_lock="reconcile_sessions", lock="reconcile_sessions", pass_context=True)
async def reconcile_sessions(context: JobContext, timestamp: int) -> None:
    """Record what nobody was there to see: ends of sessions, and starts that were cut short."""
    work = _work(context)
    ended = await record_ends(work, datetime.fromtimestamp(timestamp, UTC))
    unstarted = await end_unstarted(work)
    if ended or unstarted:
        _log.info("reconciled sessions", ended=ended, unstarted=unstarted)
