"""Camunda 7 on a JVM, out of jars: REST with basic authentication, Cockpit, one database."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import httpx

from stack import java
from stack.credentials import Credentials
from stack.parts import Part, answers
from stack.ports import HOST

CONFIGURATION = Path(__file__).parent
"""Holds application.yaml, which Spring finds on the class path."""


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
    port: int,
    database_port: int,
    credentials: Credentials,
    history: HistoryLevel,
    client: httpx.AsyncClient,
) -> Part:
    """The engine, on the database ``camunda`` of a PostgreSQL on this machine."""
    database = credentials.databases.camunda
    return Part(
        name="engine",
        command=java.command([CONFIGURATION, *jars], "org.springframework.boot.SpringApplication", heap="768m"),
        env=java.environment()
        | {
            "PORT": str(port),
            "DATABASE_URL": f"jdbc:postgresql://{HOST}:{database_port}/{database.user}",
            "DATABASE_USER": database.user,
            "DATABASE_PASSWORD": database.password,
            "COCKPIT_USER": credentials.cockpit.user,
            "COCKPIT_PASSWORD": credentials.cockpit.password,
            "HISTORY_LEVEL": history,
        },
        cwd=CONFIGURATION,
        needs=frozenset({"databases"}),
        uses=frozenset({"postgres"}),
        ready=answers(client, f"{base_url(port)}/engine", credentials.cockpit),
        ready_within=180,
        url=base_url(port),
    )
