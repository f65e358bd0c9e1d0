"""Figures of a facade process for Prometheus."""

from enum import StrEnum

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class WaitEnd(StrEnum):
    """What ended a wait for the next step."""

    NOTIFICATION = "notification"
    REQUERY = "requery"
    """It was found by looking again: no notification has come, or it came to nobody."""
    PATIENCE = "patience"
    """The caller's time was over; the session still works."""


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._waits = Counter(
            "script_manager_step_waits",
            "Waits for the next step while functions ran, by what ended them",
            ["end"],
            registry=self._registry,
        )

    def waited(self, end: WaitEnd) -> None:
        """Count a wait that is over."""
        self._waits.labels(end).inc()

    def route(self) -> Route:
        """The ``/metrics`` endpoint."""

        async def metrics(_request: Request) -> Response:
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        return Route("/metrics", metrics)
