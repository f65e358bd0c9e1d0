"""What can go wrong with a callback."""


class CallbackUnknown(Exception):
    """Nobody waits for an answer at this address, or no longer."""
