"""Figures of a worker process for Prometheus."""

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60)


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        prefix = "script_manager_"
        self._seconds = Histogram(
            prefix + "function_seconds",
            "Duration of functions, inputs checked to outputs mapped",
            ["function", "outcome"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._attempts = Counter(
            prefix + "system_calls", "Calls made to systems", ["function"], registry=self._registry
        )
        self._answers = Counter(
            prefix + "function_answers",
            "Runs of functions by their purpose and by where their outputs came from",
            ["function", "purpose", "source"],
            registry=self._registry,
        )
        self._failures = Counter(
            prefix + "function_failures", "Failed functions by cause", ["function", "cause"], registry=self._registry
        )
        self._reports = Counter(
            prefix + "task_reports",
            "Reports to the engine by what became of them",
            ["delivery"],
            registry=self._registry,
        )
        self._poll_failures = Counter(
            prefix + "poll_failures", "Fetches that the engine did not answer", registry=self._registry
        )

    def ran(self, function: str, outcome: str, seconds: float, attempts: int) -> None:
        """Count one run of a function."""
        self._seconds.labels(function, outcome).observe(seconds)
        self._attempts.labels(function).inc(attempts)

    def answered(self, function: str, purpose: str, source: str) -> None:
        """Count where a run's outputs came from, and what it was for."""
        self._answers.labels(function, purpose, source).inc()

    def failed(self, function: str, cause: str) -> None:
        """Count a failed run by its cause."""
        self._failures.labels(function, cause).inc()

    def reported(self, delivery: str) -> None:
        """Count a report."""
        self._reports.labels(delivery).inc()

    def poll_failed(self) -> None:
        """Count a fetch without an answer."""
        self._poll_failures.inc()

    def watch(self, name: str, meaning: str, figure: Callable[[], float]) -> None:
        """Show a figure that is asked for when the metrics are read."""
        Gauge("script_manager_" + name, meaning, registry=self._registry).set_function(figure)

    def route(self) -> Route:
        """The ``/metrics`` endpoint."""

        async def metrics(_request: Request) -> Response:
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        return Route("/metrics", metrics)
