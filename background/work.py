"""What background work takes, composed once a process."""

from dataclasses import dataclass

from engine import Engine
from store.database import Database
from store.idempotency import IdempotentAnswers
from store.sessions import Sessions


@dataclass(frozen=True)
class Work:
    """The parts that tasks share."""

    database: Database
    engine: Engine
    sessions: Sessions
    idempotent: IdempotentAnswers
