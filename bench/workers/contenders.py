"""Who is measured: our worker process, and the clients beside it, each on a topic of its own."""

import os
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.workers.building import Built
from stack import java, ports
from stack.ports import HOST
from stack.running import Running

_HERE = Path(__file__).parent
_FUNCTION = "bench.read_account"
OURS = "script_manager"


@dataclass(frozen=True)
class Work:
    """What the called system takes, and how many tasks a worker may have at once."""

    name: str
    milliseconds: int
    slots: int


TRIVIAL = Work("trivial", 0, 50)
SLOW = Work("200ms", 200, 200)


@dataclass(frozen=True)
class Contender:
    """A worker that can be started.

    Attributes:
        name: as ratios name it.
        title: as a person reads it.
        topic: what it works on.
        command: program and arguments.
        env: its whole environment; holds secrets.
        share: of the tasks that the others get; less for one that takes too long.
    """

    name: str
    title: str
    topic: str
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    share: float = 1.0


def contenders(work: Work, stack: Running, system_url: str, built: Built) -> list[Contender]:
    """Everybody who is measured at one kind of work, ours first.

    Args:
        work: sets the slots.
        stack: whose engine holds the tasks.
        system_url: of the called system.
        built: what had to be built.
    """

    def peer(name: str, title: str, *command: str, share: float = 1.0) -> Contender:
        login = stack.credentials.engine
        told = {
            "BENCH_ENGINE_URL": stack.urls["engine"],
            "BENCH_USER": login.user,
            "BENCH_PASSWORD": login.password,
            "BENCH_TOPIC": name,
            "BENCH_SYSTEM_URL": system_url,
            "BENCH_SLOTS": str(work.slots),
        }
        return Contender(name, title, name, command, java.environment() | told, share)

    python = sys.executable
    return [
        _ours(work, stack, system_url),
        peer("bare_loop", "bare aiohttp loop", python, "-P", "-m", "bench.workers.bare_loop"),
        peer("javascript", "JavaScript client 3.1.0", *built.javascript),
        peer("java", "Java client 7.24.0", *built.java),
        peer("stock_python", "Python client 4.5.0, async", python, "-P", "-m", "bench.workers.stock_client", share=0.1),
    ]


def _ours(work: Work, stack: Running, system_url: str) -> Contender:
    login = stack.credentials.engine
    port = ports.choose({"workers": 0}, {}, random.SystemRandom())["workers"]
    told = {
        "SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager"),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": login.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
        "SCRIPT_MANAGER_HOST": HOST,
        "SCRIPT_MANAGER_WORKERS_PORT": str(port),
        "SCRIPT_MANAGER_WORKERS_CONCURRENCY": str(work.slots),
        "SCRIPT_MANAGER_FUNCTIONS_PATH": str(_HERE / "declared"),
        "SCRIPT_MANAGER_SYSTEM_BENCH_URL": system_url,
    }
    command = (sys.executable, "-P", "-m", "workers")
    return Contender(OURS, "Script Manager, python -m workers", _FUNCTION, command, os.environ | told)
