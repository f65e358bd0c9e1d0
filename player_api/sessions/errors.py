"""What can go wrong in a session.

SessionError
├── ScriptUnknown
├── VariablesInvalid
├── SessionNotFound
├── SessionEnded
├── StepChanged
├── LeaseTaken
├── NothingToWatch
├── CursorInvalid
├── TakeoverWithoutReason
├── OptionsUnknown
├── OptionsFailed
├── NotRetryable
├── ManualImpossible
├── IdempotencyKeyMissing
├── IdempotencyKeyReused
└── RequestInProgress
"""

from collections.abc import Mapping


class SessionError(Exception):
    """A request about a session cannot be carried out."""


class ScriptUnknown(SessionError):
    """No release of the script is rolled out to this caller's channel, tenant and team."""


class VariablesInvalid(SessionError):
    """Variables that a session was to start with have names or values that cannot be used."""

    def __init__(self, by_field: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.by_field = dict(by_field)


class SessionNotFound(SessionError):
    """No session of the caller's tenant has this id."""


class SessionEnded(SessionError):
    """The session is over; nothing was changed."""


class StepChanged(SessionError):
    """The session no longer waits at the step that was answered; nothing was changed."""


class LeaseTaken(SessionError):
    """Somebody else works on the session, or it waits for somebody to claim it; nothing was changed.

    Attributes:
        holder: who, and until when; None where it waits.
    """

    def __init__(self, message: str, holder: Mapping[str, str] | None) -> None:
        super().__init__(message)
        self.holder = holder


class CursorInvalid(SessionError):
    """A cursor that no page of hits has given."""


class NothingToWatch(SessionError):
    """A stream of events was asked for without saying of what."""


class TakeoverWithoutReason(SessionError):
    """Who takes a session over has not said why."""


class OptionsUnknown(SessionError):
    """The step has no such field, or one that does not search for its choices."""


class OptionsFailed(SessionError):
    """The function that finds the choices of a field did not answer with any."""


class NotRetryable(SessionError):
    """No function of the session has failed for good."""


class ManualImpossible(SessionError):
    """Nothing that the session waits for can be answered by hand; nothing was changed."""


class IdempotencyKeyMissing(SessionError):
    """A request that changes a session came without the header ``Idempotency-Key``."""


class IdempotencyKeyReused(SessionError):
    """The key was used before, for a request with another content."""


class RequestInProgress(SessionError):
    """The first request under this key has not been answered yet."""
