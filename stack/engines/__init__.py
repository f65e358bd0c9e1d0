"""An engine on a JVM, out of jars: REST with basic authentication, Cockpit, one database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import yaml

from stack import java
from stack.credentials import Credentials
from stack.engines.products import Product
from stack.parts import Part, answers
from stack.ports import HOST, Ports
from stack.startup_cache import StartupCache

CONFIGURATION = Path(__file__).parent
"""Holds application.yaml and what it names. Not on the class path: a start-up cache allows only jars there."""
SETTINGS = CONFIGURATION / "settings.yaml"
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


@dataclass(frozen=True)
class Engine:
    """The engine of one stack.

    Attributes:
        product: which one it is.
        jars: its libraries.
        startup: what makes it start quicker.
        history: how much it remembers.
    """

    product: Product
    jars: Sequence[Path]
    startup: StartupCache
    history: HistoryLevel


def base_url(port: int) -> str:
    """The REST API's address."""
    return f"http://{HOST}:{port}/engine-rest"


def part(engine: Engine, ports: Ports, credentials: Credentials, client: httpx.AsyncClient) -> Part:
    """The engine, on the database ``camunda`` of a PostgreSQL on this machine.

    Args:
        engine: what it is made of.
        ports: of PostgreSQL and of the engine.
        credentials: of its database and its first user.
        client: asks it whether it is ready.
    """
    url = base_url(ports["engine"])
    database = credentials.databases.camunda
    product = engine.product
    return Part(
        name="engine",
        command=java.command(engine.jars, MAIN, heap="768m", options=engine.startup.options),
        env=java.environment()
        | {
            "SPRING_CONFIG_LOCATION": f"file:{CONFIGURATION}/application.yaml",
            "SPRING_APPLICATION_JSON": json.dumps({product.settings: yaml.safe_load(SETTINGS.read_text())}),
            "CONFIGURATION": str(CONFIGURATION),
            "ENGINE_PACKAGE": product.package,
            "ENGINE_STARTER": product.starter,
            "PORT": str(ports["engine"]),
            "DATABASE_URL": f"jdbc:postgresql://{HOST}:{ports['postgres']}/{database.user}",
            "DATABASE_USER": database.user,
            "DATABASE_PASSWORD": database.password,
            "COCKPIT_USER": credentials.cockpit.user,
            "COCKPIT_PASSWORD": credentials.cockpit.password,
            "HISTORY_LEVEL": engine.history,
        },
        cwd=CONFIGURATION,
        needs=frozenset({"databases"}),
        uses=frozenset({"postgres"}),
        ready=answers(client, f"{url}/engine", credentials.cockpit),
        ready_within=180,
        url=url,
        grace=RECORDING_TAKES if engine.startup.is_recorded else 15,
    )
