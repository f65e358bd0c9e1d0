"""Logs: one JSON line an event on standard error, from structlog and the standard library alike."""

import logging
import sys
from types import TracebackType

import structlog
from structlog.tracebacks import ExceptionDictTransformer

_NOISY = ("httpx", "httpcore", "alembic", "procrastinate", "aiokafka", "uvicorn.access")


def configure(service: str, level: str = "INFO") -> None:
    """Make every logger of this process write JSON lines that carry ``service``.

    Args:
        service: name of the process, such as ``player_api``.
        level: the lowest level that is written, a name of the standard library's.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        lambda _logger, _method, event: {"service": service, **event},
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without local variables: those hold secrets and customers' data.
                structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_the_end
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _log_the_end(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        get(__name__).critical("ended by an error", exc_info=(kind, error, traceback))
    else:
        sys.__excepthook__(kind, error, traceback)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
