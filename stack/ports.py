"""Which port each part listens on."""

import random
import socket
from collections.abc import Iterable, Mapping

from stack.failures import PortTaken, StackError

HOST = "127.0.0.1"
"""Nothing listens to other machines."""

DEFAULTS: Mapping[str, int] = {
    "postgres": 25432,
    "engine": 8080,
    "demo-billing": 8030,
    "crm": 8040,
    "demo-backoffice": 8050,
    "facade": 8000,
    "workers": 8010,
    "background": 8020,
}
KAFKA_DEFAULTS: Mapping[str, int] = {"kafka": 9092, "kafka-controller": 9093}
BELOW_EPHEMERAL = range(20000, 32000)
"""Free ports are looked for here: the system gives none of these to outgoing connections in the meantime."""

Ports = Mapping[str, int]
"""Port of each part, by its name."""


def is_free(port: int) -> bool:
    """Whether a server can listen on ``port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def parse(assignments: Iterable[str]) -> Ports:
    """Read ``part=port`` as written on a command line.

    Raises:
        StackError: an unknown part, or no port number.
    """
    known = {**DEFAULTS, **KAFKA_DEFAULTS}
    ports = {}
    for assignment in assignments:
        part, _, number = assignment.partition("=")
        if part not in known or not number.isdecimal() or not 0 < int(number) < 65536:
            raise StackError(f"--port {assignment} is not PART=NUMBER with one of the parts {', '.join(known)}.")
        ports[part] = int(number)
    return ports


def choose(defaults: Ports, chosen: Ports, chance: random.Random | None) -> Ports:
    """Give every part its port: the chosen one, else its default or any free one.

    Args:
        defaults: the parts and their usual ports.
        chosen: what a person chose for some of them.
        chance: picks free ports; None: the usual ones are taken.

    Raises:
        StackError: two parts would listen on the same port.
    """
    ports = {part: chosen.get(part, usual) for part, usual in defaults.items()}
    if chance:
        candidates = (port for port in chance.sample(BELOW_EPHEMERAL, len(BELOW_EPHEMERAL)) if is_free(port))
        ports |= {part: next(candidates) for part in ports if part not in chosen}
    for part, port in ports.items():
        if twin := next((other for other in ports if other != part and ports[other] == port), None):
            raise StackError(f"{part} and {twin} can't both listen on port {port}.")
    return ports


def require_free(ports: Ports) -> None:
    """Check that every part can listen.

    Raises:
        PortTaken: one can't.
    """
    for part, port in ports.items():
        if not is_free(port):
            raise PortTaken(part, port)
