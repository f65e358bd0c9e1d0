"""Where the outputs of a run came from."""

from enum import StrEnum


class Source(StrEnum):
    """Where outputs came from."""

    CALL = "call"
    MEMORY = "memory"
    """This process's cache."""
    CACHE = "cache"
    """The cache that all processes share."""
    SHARED = "shared"
    """A call that another task had under way."""
    STALE = "stale"
    """An older answer, because the system is down."""
    VALUE = "value"
    """The declared fallback, because the system is down."""
    CALLBACK = "callback"
    """The system gave its answer later."""
    RECORDED = "recorded"
    """An irreversible call that an earlier run had made."""
    CONFIRMED = "confirmed"
    """An irreversible call of which the system said that it had happened."""
