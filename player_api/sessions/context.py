"""What walking a session takes, composed once a process."""

from dataclasses import dataclass
from datetime import datetime

from engine import Engine
from player_api.access.principal import Identity
from player_api.diagrams.ahead import StepsAhead
from player_api.diagrams.diagrams import Diagrams
from player_api.forms.answers import AnswerChecker
from player_api.forms.texts import Texts
from player_api.functions.desk import DeclarationDesk
from player_api.metrics import Metrics
from player_api.sessions.manual_forms import ManualForms
from player_api.sessions.prefetching import Prefetching
from player_api.sessions.steps import StepForms
from player_api.workers_link import WorkersLink
from store.backs import Backs
from store.effects import Effects
from store.idempotency import IdempotentAnswers
from store.inputs import Inputs
from store.journal import Journal
from store.keys import UNLIMITED, Limits
from store.leases import Leases
from store.notes import Notes
from store.notifications import Notifications, SessionListener
from store.offered import OfferedOptions
from store.releases import Releases
from store.session_search import SessionSearch
from store.sessions import Sessions
from store.snapshots import Snapshots
from store.starts import StartForms


@dataclass(frozen=True)
class SessionContext:
    """The parts that the acts of a session share."""

    engine: Engine
    sessions: Sessions
    releases: Releases
    journal: Journal
    leases: Leases
    search: SessionSearch
    idempotent: IdempotentAnswers
    notifications: Notifications
    listener: SessionListener
    forms: StepForms
    diagrams: Diagrams
    backs: Backs
    snapshots: Snapshots
    effects: Effects
    ahead: StepsAhead
    answers: AnswerChecker
    texts: Texts
    declarations: DeclarationDesk
    manual_forms: ManualForms
    inputs: Inputs
    notes: Notes
    prefetching: Prefetching
    offered: OfferedOptions
    starts: StartForms
    workers: WorkersLink
    metrics: Metrics


@dataclass(frozen=True)
class Caller:
    """Who acts, and the id that ties what is logged about it together."""

    name: str
    tenant: str
    correlation_id: str
    limits: Limits = UNLIMITED
    expires_at: datetime | None = None
    """When its key or token ends."""

    @property
    def identity(self) -> Identity:
        """Who acts, told apart from callers of the same name in other tenants."""
        return Identity(f"{self.tenant}/{self.name}")
