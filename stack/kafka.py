"""Kafka as one node, broker and controller in one, out of jars."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from stack import children, java
from stack.failures import part_failed
from stack.folder import DataFolder, last_lines
from stack.parts import Part, accepts
from stack.ports import HOST

CLUSTER = "c2NyaXB0LW1hbmFnZXItMQ"
"""A cluster id is any 16 bytes in base64; one node of one machine needs no other."""
HEAP = "384m"


def configuration(data: Path, port: int, controller_port: int) -> str:
    """The server's properties. https://kafka.apache.org/41/configuration/broker-configs/."""
    return f"""\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}
advertised.listeners=PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers={HOST}:{controller_port}
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


async def prepare(folder: DataFolder, jars: Sequence[Path], port: int, controller_port: int) -> None:
    """Make Kafka's data directory where it isn't there, whole or not at all, and write its configuration.

    Raises:
        StackError: Kafka's own tool refused.
    """
    unfinished = folder.path / "kafka.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    if not folder.kafka.exists():
        (unfinished / "data").mkdir(parents=True)
        properties = unfinished / "server.properties"
        properties.write_text(configuration(unfinished / "data", port, controller_port))
        arguments = ("format", "--standalone", "-t", CLUSTER, "-c", str(properties))
        command = java.command(jars, "kafka.tools.StorageTool", *arguments, heap=HEAP)
        log = folder.log("kafka")
        if await children.run(command, java.environment(), unfinished, log):
            raise part_failed("Kafka's data could not be made.", log, last_lines(log))
        unfinished.rename(folder.kafka)
    (folder.kafka / "server.properties").write_text(configuration(folder.kafka / "data", port, controller_port))


def part(folder: DataFolder, jars: Sequence[Path], port: int) -> Part:
    """The server, on what :func:`prepare` made."""
    return Part(
        name="kafka",
        command=java.command(jars, "kafka.Kafka", str(folder.kafka / "server.properties"), heap=HEAP),
        env=java.environment(),
        cwd=folder.kafka,
        ready=accepts(port),
        url=f"{HOST}:{port}",
        grace=30,
    )
