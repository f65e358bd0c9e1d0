"""Camunda 7 on a JVM, out of jars: REST with basic authentication, Cockpit, one database."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import httpx

from stack import java
from stack.credentials import Credentials
from stack.parts import Part, answers
from stack.ports import HOST, Ports
from stack.startup_cache import StartupCache

CONFIGURATION = Path(__file__).parent
"""Holds application.yaml and what it names. Not on the class path: a start-up cache allows only jars there."""
MAIN = "org.springframework.boot.SpringApplication"
RECORDING_TAKES = 180.0
"""Seconds that an engine which writes its start-up cache gets to end."""


class HistoryLevel(StrEnum):
    """How much the engine remembers of ended scripts.

    https://docs.camunda.org/manual/7.24/user-guide/process-engine/history/history-configuration/
    """

    NONE = "none"
    ACTIVITY = "activity"
    AUDIT = "audit"
    FULL = "full"


def base_url(port: int) -> str:
    """The REST API's address."""
    return f"http://{HOST}:{port}/engine-rest"


def part(
    jars: Sequence[Path],
    startup: StartupCache,
    ports: Ports,
    credentials: Credentials,
    history: HistoryLevel,
    client: httpx.AsyncClient,
) -> Part:
    """The engine, on the database ``camunda`` of a PostgreSQL on this machine.

    Args:
        jars: its libraries.
        startup: what makes it start quicker.
        ports: of PostgreSQL and of the engine.
        credentials: of its database and its first user.
        history: how much it remembers.
        client: asks it whether it is ready.
    """
    url = base_url(ports["engine"])
    database = credentials.databases.camunda
    return Part(
        name="engine",
        command=java.command(jars, MAIN, heap="768m", options=startup.options),
        env=java.environment()
        | {
            "SPRING_CONFIG_LOCATION": f"file:{CONFIGURATION}/application.yaml",
            "CONFIGURATION": str(CONFIGURATION),
            "PORT": str(ports["engine"]),
            "DATABASE_URL": f"jdbc:postgresql://{HOST}:{ports['postgres']}/{database.user}",
            "DATABASE_USER": database.user,
            "DATABASE_PASSWORD": database.password,
            "COCKPIT_USER": credentials.cockpit.user,
            "COCKPIT_PASSWORD": credentials.cockpit.password,
            "HISTORY_LEVEL": history,
        },
        cwd=CONFIGURATION,
        needs=frozenset({"databases"}),
        uses=frozenset({"postgres"}),
        ready=answers(client, f"{url}/engine", credentials.cockpit),
        ready_within=180,
        url=url,
        grace=RECORDING_TAKES if startup.is_recorded else 15,
    )
