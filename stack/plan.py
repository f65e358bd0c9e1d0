"""Which parts a stack is made of, what each is told, and which needs which."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from stack import engines, kafka, postgres
from stack.credentials import Credentials
from stack.folder import ROOT, DataFolder
from stack.parts import Part, answers
from stack.ports import HOST, Ports


@dataclass(frozen=True)
class Plan:
    """What one stack is to be.

    Attributes:
        folder: its data.
        ports: where its parts listen.
        credentials: its passwords and keys.
        engine: what its engine is made of.
        kafka_jars: Kafka's libraries; empty for a stack without it.
        web: the built web applications.
        scripts: folders of the scripts that it publishes.
    """

    folder: DataFolder
    ports: Ports
    credentials: Credentials
    engine: engines.Engine
    kafka_jars: Sequence[Path]
    web: Path
    scripts: Sequence[Path]

    def parts(self, client: httpx.AsyncClient) -> list[Part]:
        """Every part, each after those it needs.

        Args:
            client: asks them whether they are ready.
        """
        return [*self._infrastructure(client), *self._preparations(), *self._processes(client)]

    def _infrastructure(self, client: httpx.AsyncClient) -> Iterator[Part]:
        database_port = self.ports["postgres"]
        yield postgres.part(self.folder, database_port)
        logins = self.credentials.databases
        owners = {login.user: login.password for login in (logins.camunda, logins.script_manager, logins.demo)}
        told = {
            "POSTGRES_URL": postgres.url(logins.postgres, database_port),
            "LOGINS": json.dumps(owners),
            "READERS": json.dumps({logins.inventory_reader.user: logins.inventory_reader.password}),
        }
        yield once("databases", ["stack.databases"], told, needs={"postgres"})
        yield engines.part(self.engine, self.ports, self.credentials, client)
        if self.kafka_jars:
            yield kafka.part(self.folder, self.kafka_jars, self.ports["kafka"])

    def _preparations(self) -> Iterator[Part]:
        settings = self._settings()
        cockpit = self.credentials.cockpit
        creator = {
            "SCRIPT_MANAGER_ENGINE_ADMIN_USER": cockpit.user,
            "SCRIPT_MANAGER_ENGINE_ADMIN_PASSWORD": cockpit.password,
        }
        keys = str(self.folder.credentials)
        scripts = [str(script) for script in self.scripts]
        yield once("feel", ["feel"], {}, needs=set())
        yield once("migrate", ["store", "migrate"], settings, needs={"databases"})
        yield once("provision", ["engine", "provision"], settings | creator, needs={"engine"})
        allow_origin = ["player_api.access", "allow-origin", self._url("crm")]
        yield once("allow-origin", allow_origin, settings, needs={"migrate"})
        yield once("import-keys", ["player_api.access", "import-keys", keys], settings, needs={"migrate"})
        drafts = ["player_api.authoring", "import", "--keep", str(ROOT / "bpmn")]
        yield once("drafts", drafts, settings, needs={"migrate"})
        publish = ["player_api.releases", "publish", *scripts]
        yield once("publish", publish, settings, needs={"feel", "migrate", "provision"})

    def _processes(self, client: httpx.AsyncClient) -> Iterator[Part]:
        settings = self._settings()
        linked = settings | {
            "SCRIPT_MANAGER_INTERNAL_TOKEN": self.credentials.internal_token,
            "SCRIPT_MANAGER_WORKERS_URL": self._url("workers"),
            "SCRIPT_MANAGER_PUBLIC_URL": self._url("facade"),
        }
        webhooks = {
            "SCRIPT_MANAGER_WEBHOOK_KEYS": self.credentials.webhook_keys,
            # Whoever is told of events on this machine is on this machine.
            "SCRIPT_MANAGER_WEBHOOKS_PRIVATE": "true",
        }
        served = webhooks | {
            "SCRIPT_MANAGER_EMBED_KEYS": self.credentials.embed_keys,
            "SCRIPT_MANAGER_WEB_PATH": str(self.web),
        }
        yield self._process("demo-billing", "demo.billing", self._demo_settings(), {"databases"}, client)
        yield self._process("demo-backoffice", "demo.backoffice", self._demo_settings(), {"databases"}, client)
        yield self._process("crm", "demo.crm", self._demo_settings(), {"databases"}, client)
        # These three bear an engine that isn't there yet, so they start beside it.
        yield self._process("facade", "player_api", linked | served, {"feel", "migrate"}, client)
        yield self._process("workers", "workers", linked | self._systems(), {"feel", "migrate"}, client)
        yield self._process("background", "background", settings | webhooks, {"migrate"}, client)

    def _process(
        self, name: str, module: str, env: Mapping[str, str], needs: set[str], client: httpx.AsyncClient
    ) -> Part:
        url = self._url(name)
        return Part(
            name=name,
            command=(sys.executable, "-m", module),
            env=os.environ | env,
            cwd=ROOT,
            needs=frozenset(needs),
            uses=frozenset({"postgres", "engine", "kafka"}),
            ready=answers(client, f"{url}/health/ready"),
            url=url,
        )

    def _url(self, part: str) -> str:
        return f"http://{HOST}:{self.ports[part]}"

    def _demo_settings(self) -> dict[str, str]:
        """What the demo systems are told, see demo/README.md; of Script Manager the CRM knows an address and a key."""
        return {
            "DEMO_DATABASE_URL": postgres.url(self.credentials.databases.demo, self.ports["postgres"]),
            "DEMO_BILLING_PORT": str(self.ports["demo-billing"]),
            "DEMO_BACKOFFICE_PORT": str(self.ports["demo-backoffice"]),
            "DEMO_INVENTORY_READER": self.credentials.databases.inventory_reader.user,
            "DEMO_CRM_PORT": str(self.ports["crm"]),
            "DEMO_CRM_URL": self._url("crm"),
            "DEMO_CRM_SCRIPT_MANAGER_URL": self._url("facade"),
            "DEMO_CRM_SCRIPT_MANAGER_PUBLIC_URL": self._url("facade"),
            "DEMO_CRM_SCRIPT_MANAGER_KEY": self.credentials.api_keys.embedder,
        }

    def _systems(self) -> dict[str, str]:
        """Where the workers find the demo systems, and how they log in."""
        reader, backoffice = self.credentials.databases.inventory_reader, self._url("demo-backoffice")
        database = f"{HOST}:{self.ports['postgres']}/{self.credentials.databases.demo.user}"
        return {
            "SCRIPT_MANAGER_SYSTEM_BILLING_URL": self._url("demo-billing"),
            "SCRIPT_MANAGER_SYSTEM_CUSTOMERS_URL": f"{backoffice}/customers",
            "SCRIPT_MANAGER_SYSTEM_INVENTORY_URL": f"postgresql+psycopg://{database}",
            "INVENTORY_USER": reader.user,
            "INVENTORY_PASSWORD": reader.password,
            "SCRIPT_MANAGER_SYSTEM_KNOWLEDGE_URL": f"{backoffice}/knowledge",
            "SCRIPT_MANAGER_SYSTEM_MEASUREMENTS_URL": f"{backoffice}/measurements",
            "SCRIPT_MANAGER_SYSTEM_TELEVISION_URL": f"{backoffice}/television",
        }

    def _settings(self) -> dict[str, str]:
        """What every process of the product is told, see runtime/settings.py."""
        login = self.credentials.engine
        kafka_there = {"SCRIPT_MANAGER_KAFKA_BOOTSTRAP": f"{HOST}:{self.ports['kafka']}"} if self.kafka_jars else {}
        return {
            "SCRIPT_MANAGER_DATABASE_URL": postgres.url(
                self.credentials.databases.script_manager, self.ports["postgres"]
            ),
            "SCRIPT_MANAGER_ENGINE_URL": engines.base_url(self.ports["engine"]),
            "SCRIPT_MANAGER_ENGINE_USER": login.user,
            "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
            "SCRIPT_MANAGER_HOST": HOST,
            "SCRIPT_MANAGER_API_PORT": str(self.ports["facade"]),
            "SCRIPT_MANAGER_WORKERS_PORT": str(self.ports["workers"]),
            "SCRIPT_MANAGER_BACKGROUND_PORT": str(self.ports["background"]),
        } | kafka_there


def once(name: str, arguments: Sequence[str], env: Mapping[str, str], needs: set[str]) -> Part:
    """A part that runs ``python -m`` with ``arguments`` to its end."""
    return Part(
        name=name,
        command=(sys.executable, "-m", *arguments),
        env=os.environ | env,
        cwd=ROOT,
        needs=frozenset(needs),
    )
