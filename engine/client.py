"""The engine as one object: all of its parts over one transport."""

from operator import itemgetter
from types import TracebackType
from typing import Self

import httpx

from engine.answers import read
from engine.definitions import Definitions
from engine.deployments import Deployments
from engine.external_tasks import ExternalTasks
from engine.history import History
from engine.incidents import Incidents
from engine.jobs import Jobs
from engine.messages import Messages
from engine.processes import Processes
from engine.transport import EngineSettings, Transport
from engine.undos import Undos
from engine.user_tasks import UserTasks
from engine.users import Users


class Engine:
    """A Camunda 7 engine behind its REST API; one a process, closed at its end.

    Args:
        settings: where it is and how to sign in.
        transport: what carries the requests, for tests; without it a pooled one.
    """

    def __init__(self, settings: EngineSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = Transport(settings, transport)
        self.definitions = Definitions(self._transport)
        self.processes = Processes(self._transport)
        self.undos = Undos(self._transport, self.processes, self.definitions)
        self.user_tasks = UserTasks(self._transport)
        self.external_tasks = ExternalTasks(self._transport)
        self.history = History(self._transport)
        self.messages = Messages(self._transport)
        self.incidents = Incidents(self._transport)
        self.jobs = Jobs(self._transport)
        self.deployments = Deployments(self._transport)
        self.users = Users(self._transport)

    async def version(self) -> str:
        """Return the engine's version, such as ``7.24.0``: it answers and accepts our credentials.

        Raises:
            EngineError: it does not.
        """
        return str(read(itemgetter("version"), await self._transport.send("GET", "/version")))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
