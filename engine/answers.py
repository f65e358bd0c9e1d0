"""Camunda's answers, read: a body becomes JSON, an error body becomes one of our errors."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from engine.errors import (
    PARSE_EXCEPTION,
    AnswerUnreadable,
    DiagramRefused,
    EngineError,
    EngineRejected,
    EngineUnauthorized,
    EngineUnavailable,
    ErrorUncaught,
    LockLost,
    NotFound,
    OptimisticLock,
    ParseProblem,
)
from engine.variables import nested_within

_T = TypeVar("_T")

_RACED = (1, 10000)
"""Optimistic locking and deadlock: Camunda user guide, "Exception Codes" (built-in codes)."""

# Camunda says the rest with sentences only, and with statuses that differ from resource to resource (a user task
# that is gone is a 500). The sentences are those of 7.24; the contract tests hold us to them.
_GONE = re.compile(
    r"\A(?:External task|Deployment|User) with id \S+ do(?:es)? not exist"
    r"|\ANo matching .+ with (?:id|key)"
    r"|\ANo process instance found for id"
    r"|\AProcess instance with id \S+ does not exist"
    r"|\Aexecution \S+ doesn't exist: execution is null\Z"
    r"|\AENGINE-13036 Process instance '\S+' cannot be modified"
    r"|\ACannot instantiate process definition \S+ no deployed process definition found with id"
    r"|\ACannot (?:complete task|submit task form) \S+ Cannot find task with id"
    r"|\Atask \S+ doesn't exist"
    r'|because "task" is null\Z'
)
_OVERTAKEN = re.compile(
    r"cannot signal execution \S+ it has no current activity\Z"
    r"|does not have a subscription to a message event with name .+ eventSubscriptions is empty\Z"
    r'|\ACannot invoke "[^"]+\.(?:PvmExecutionImpl|ExecutionEntity)\.[^"]+" because .+ is null\Z'
)
"""What the loser of a race for a task or a message may be told instead, where the winner commits between its looks."""
_LOCK_LOST = re.compile(r"It is locked by worker|\ACannot extend a lock that expired")
_UNCAUGHT = re.compile(r"\AENGINE-13033 ")


_DEEPEST_FORM = 50
"""Levels of lists and objects; a form-js form takes two a group."""


def parse(body: bytes) -> Any:
    """Return the JSON value of an answer that is expected to hold one.

    Raises:
        AnswerUnreadable: it is no JSON, or nested too deep to read.
    """
    try:
        return json.loads(body)
    except RecursionError:
        raise AnswerUnreadable("the engine's answer is nested too deep") from None
    except ValueError:
        raise AnswerUnreadable("the engine's answer is not JSON") from None


def read(understand: Callable[[Any], _T], answer: Any) -> _T:
    """Return what ``understand`` makes of an answer's JSON.

    Raises:
        AnswerUnreadable: the answer lacks what Camunda's documentation promises.
    """
    try:
        return understand(answer)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise AnswerUnreadable(f"the engine's answer is not as documented ({type(error).__name__})") from error


def read_each(understand: Callable[[Any], _T], answer: Any) -> list[_T]:
    """Return what ``understand`` makes of each item of an answer that is a JSON array.

    Raises:
        AnswerUnreadable: the answer lacks what Camunda's documentation promises.
    """
    if not isinstance(answer, list):
        raise AnswerUnreadable("the engine's answer is not a list")
    return read(lambda items: [understand(item) for item in items], answer)


def refusal(status: int, body: bytes) -> EngineError:
    """Return the error that an answer with a status of 300 or more stands for.

    Source: Camunda 7 REST API, "Error Handling": ``{"type", "message", "code"}``.
    """
    if status in {502, 503, 504}:
        return EngineUnavailable(f"the engine is not available ({status})", sent=True)
    if status in {401, 403}:
        return EngineUnauthorized(f"the engine refuses our credentials ({status})")
    try:
        answer = json.loads(body)
        kind, message, code = answer["type"], answer["message"], answer.get("code")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return AnswerUnreadable(f"{status} from something that is not Camunda's REST API; is the engine's URL right?")
    message = str(message or "")
    if kind == PARSE_EXCEPTION:
        return DiagramRefused(message[:2000], status=status, problems=tuple(_problems(answer.get("details"))))
    return _rejected(message, code)(message[:2000], status=status, type=str(kind), code=code)


def _problems(details: Any) -> Iterator[ParseProblem]:
    """What the engine says of deployed files (Camunda 7 REST API, "Parse Exceptions")."""
    for resource, found in details.items() if isinstance(details, dict) else ():
        for problem in found.get("errors") or () if isinstance(found, dict) else ():
            if isinstance(problem, dict):
                yield ParseProblem(str(resource), problem.get("mainElementId"), str(problem.get("message"))[:2000])


def _rejected(message: str, code: int | None) -> type[EngineRejected]:
    if code in _RACED:
        return OptimisticLock
    sentences = ((_GONE, NotFound), (_OVERTAKEN, OptimisticLock), (_LOCK_LOST, LockLost), (_UNCAUGHT, ErrorUncaught))
    for pattern, error in sentences:
        if pattern.search(message):
            return error
    return EngineRejected


def form_schema(answer: Any) -> dict[str, Any]:
    """Return what should be a form-js schema.

    Raises:
        AnswerUnreadable: it is no JSON object, or nested too deep.
    """
    if not isinstance(answer, dict):
        raise AnswerUnreadable("the form is not a JSON object")
    if not nested_within(answer, _DEEPEST_FORM):
        raise AnswerUnreadable(f"the form is nested deeper than {_DEEPEST_FORM} levels")
    return answer
