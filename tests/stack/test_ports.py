import random
import socket

import pytest

from stack import ports
from stack.failures import PortTaken, StackError

USUAL = {"engine": 8080, "facade": 8000}


@pytest.mark.parametrize(
    "given", ["facade", "facade=", "facade=web", "facade=0", "facade=65536", "nothing=80", "facade=-1"]
)
def test_refuses_what_is_no_port(given: str) -> None:
    with pytest.raises(
        StackError, match=f"^--port {given} is not PART=NUMBER with one of the parts postgres, engine, "
    ):
        ports.parse([given])


def test_reads_ports() -> None:
    assert ports.parse(["facade=8001", "kafka=9192"]) == {"facade": 8001, "kafka": 9192}


def test_chosen_ports_come_before_the_usual_ones() -> None:
    assert ports.choose(USUAL, {"facade": 8001, "kafka": 1}, None) == {"engine": 8080, "facade": 8001}


def test_free_ports_are_free_and_differ() -> None:
    chosen = ports.choose(ports.DEFAULTS, {"facade": 8001}, random.SystemRandom())
    assert chosen["facade"] == 8001
    assert len(set(chosen.values())) == len(ports.DEFAULTS)
    assert all(
        port in ports.BELOW_EPHEMERAL and ports.is_free(port) for part, port in chosen.items() if part != "facade"
    )


def test_refuses_one_port_for_two_parts() -> None:
    with pytest.raises(StackError, match=r"^engine and facade can't both listen on port 8080\.$"):
        ports.choose(USUAL, {"facade": 8080}, None)


def test_taken_port_is_named_with_its_part_and_the_way_out() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as taken:
            ports.require_free({"facade": port})
    assert str(taken.value) == (
        f"Port {port}, which facade needs, is taken by another program; "
        f"choose another with --port facade={port + 1}, or --ports free."
    )
    ports.require_free({"facade": port})
