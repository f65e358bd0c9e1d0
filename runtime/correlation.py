"""The correlation id of the work in progress: given by a caller or made here, carried into every log line."""

import re
import uuid

import structlog

HEADER = "X-Correlation-Id"
VARIABLE = "correlationId"
"""Name of the process variable that carries the id through the engine to the functions."""

_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def accept(given: str | None) -> str:
    """Return ``given`` where it is a harmless id of at most 64 characters, else a new one."""
    return given if given and _ACCEPTED.fullmatch(given) else uuid.uuid4().hex


def bind(correlation_id: str | None, **ids: str | None) -> None:
    """Add the correlation id and other ids (never customers' data) to every later log line of this task."""
    known = {"correlation_id": correlation_id, **ids}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in known.items() if value is not None})
