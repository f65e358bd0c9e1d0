"""What background work takes, composed once a process."""

from dataclasses import dataclass
from datetime import timedelta

from engine import Engine
from store.database import Database
from store.erasures import Erasures
from store.idempotency import IdempotentAnswers
from store.sessions import Sessions


@dataclass(frozen=True)
class Work:
    """The parts that tasks share."""

    database: Database
    engine: Engine
    sessions: Sessions
    idempotent: IdempotentAnswers
    erasures: Erasures
    idle_limit: timedelta = timedelta(hours=24)
    """How long nobody may write in a session whose script says nothing of it."""
    releases_kept: timedelta = timedelta(days=30)
    """How long the engine holds a release that nothing uses."""
    snapshots_kept: timedelta = timedelta(hours=24)
    """How long after a session's end it is known what its steps saw."""
    answers_kept: timedelta = timedelta(days=365)
    """How long after a session's end it is known what was said in it."""
