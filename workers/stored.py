"""The store as a worker sees it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from store.journal import Event, EventType, Journal
from store.notifications import Notifications
from workers.ports import FunctionCalled


class StoredJournal:
    """Telemetry as events of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def functions_called(self, events: Sequence[FunctionCalled]) -> None:
        """Write a batch.

        Raises:
            StoreUnavailable: none is written.
        """
        await self._journal.record_telemetry([_event(called) for called in events])


class StoredNotifications:
    """Notifications of many sessions at once."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications

    async def sessions_changed(self, session_ids: Collection[str]) -> None:
        """Wake who waits for these sessions.

        Raises:
            StoreUnavailable: nobody was woken.
        """
        await self._notifications.session_changed(*set(session_ids))


def _event(called: FunctionCalled) -> Event:
    return Event(
        EventType.FUNCTION_CALLED,
        session=_session(called.session_id),
        correlation_id=called.correlation_id,
        at=called.started,
        data={
            "function": called.function,
            "system": called.system,
            "activity_id": called.activity_id,
            "started": called.started.isoformat(),
            "duration_ms": called.duration_ms,
            "attempts": called.attempts,
            "source": called.source,
            "outcome": called.outcome,
            "detail": called.detail,
            "purpose": called.purpose,
        },
    )


def _session(business_key: str | None) -> UUID | None:
    """The session's id; processes started past the facade have business keys of another kind, or none."""
    try:
        return UUID(business_key) if business_key else None
    except ValueError:
        return None
