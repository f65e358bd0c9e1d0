"""What can go wrong with a message.

MessageError
├── MessageUnexpected
└── MessageAmbiguous
"""


class MessageError(Exception):
    """A message cannot be delivered; nothing was changed."""


class MessageUnexpected(MessageError):
    """Nothing waits for the message, and no script starts with it."""


class MessageAmbiguous(MessageError):
    """Several sessions wait for the message, or several scripts start with it."""
