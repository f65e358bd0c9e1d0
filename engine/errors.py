"""What can go wrong between us and the engine.

::

    EngineError
    ├── EngineUnavailable      no answer came; ``sent`` says whether the request may have been carried out
    │   └── AnswerUnreadable   something answered, but not as Camunda's REST API does
    ├── EngineUnauthorized     our credentials, or what they allow, are not enough
    ├── EngineRejected         the engine answered that it will not do this
    │   ├── NotFound           what the request names is gone or never was
    │   ├── LockLost           the external task's lock has expired or another worker holds it
    │   ├── ErrorUncaught      no event in the script catches this BPMN error
    │   ├── DiagramRefused     a deployed file is not what the engine can execute
    │   └── OptimisticLock     another transaction was first; nothing was done, asking again may succeed
    └── VariableInvalid        a value that the engine cannot hold; nothing was sent

An error knows what happened, not which HTTP status we should answer with.
"""

from dataclasses import dataclass


class EngineError(Exception):
    """Anything that the engine, or the way to it, did not do as asked."""


class EngineUnavailable(EngineError):
    """No answer from the engine.

    Attributes:
        sent: the request may have reached the engine and been carried out; ask before repeating a write.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class AnswerUnreadable(EngineUnavailable):
    """An answer that Camunda does not give: a proxy's page, a wrong base URL, a body cut short or far too large."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=True)


class EngineUnauthorized(EngineError):
    """The engine does not accept our credentials (401) or does not allow them to do this (403)."""


class EngineRejected(EngineError):
    """The engine understood the request and refused it.

    Attributes:
        status: HTTP status of the answer.
        type: simple name of the Java exception, such as ``RestException``.
        message: the engine's own words.
        code: Camunda's exception code, such as 10002 for a value longer than its column; None where it gave none.
    """

    def __init__(self, message: str, *, status: int, type: str = "", code: int | None = None) -> None:  # noqa: A002
        super().__init__(f"{status} {type}: {message}")
        self.status = status
        self.type = type
        self.message = message
        self.code = code


class NotFound(EngineRejected):
    """What the request names is gone or never was."""


class LockLost(EngineRejected):
    """The external task's lock has expired or another worker holds it."""


class ErrorUncaught(EngineRejected):
    """No event in the script catches this BPMN error; the external task is as it was."""


PARSE_EXCEPTION = "ParseException"


@dataclass(frozen=True)
class ParseProblem:
    """What the engine says of a deployed file.

    Attributes:
        resource: name of the file.
        element: id of the element, None where the engine names none.
        message: the engine's own words.
    """

    resource: str
    element: str | None
    message: str


class DiagramRefused(EngineRejected):
    """A deployed file is not what the engine can execute; nothing was deployed.

    Attributes:
        problems: what the engine says of it.
    """

    def __init__(self, message: str, *, status: int, problems: tuple[ParseProblem, ...]) -> None:
        super().__init__(message, status=status, type=PARSE_EXCEPTION)
        self.problems = problems


class OptimisticLock(EngineRejected):
    """Another transaction changed the same thing first (or a deadlock was broken); nothing was done."""


class VariableInvalid(EngineError):
    """A value that the engine cannot hold.

    Attributes:
        name: the variable.
        reason: why, without the value.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"variable {name!r} {reason}")
        self.name = name
        self.reason = reason
