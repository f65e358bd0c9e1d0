"""What can go wrong in a conversation.

ConversationError
├── TurnChanged
└── ChoiceUnknown
"""

from player_api.conversations.models import Turn


class ConversationError(Exception):
    """A turn cannot be taken."""


class TurnChanged(ConversationError):
    """Another turn is on than the one that was answered; nothing was changed.

    Attributes:
        turn: the one that is on.
    """

    def __init__(self, turn: Turn) -> None:
        super().__init__("another turn is on")
        self.turn = turn.model_dump(mode="json")


class ChoiceUnknown(ConversationError):
    """A choice is not among the options of the turn; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("send the value of one of the turn's options")
        self.by_field = {"choice": ["is not one of the options"]}
