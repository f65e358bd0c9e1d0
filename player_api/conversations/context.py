"""What conversations take, composed once a process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from player_api.sessions.context import SessionContext
from store.conversations import Conversations


@dataclass(frozen=True)
class ConversationContext:
    """The parts that turns share.

    Attributes:
        sessions: the parts of sessions, which conversations are a view of.
        conversations: how far they have come.
        clock: the date and time where customers are.
        attempts: how often a question is asked where its form doesn't say.
    """

    sessions: SessionContext
    conversations: Conversations
    clock: Callable[[], datetime]
    attempts: int
