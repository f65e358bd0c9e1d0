import pytest

from engine import EngineRejected, NotFound
from tests.contract.ground import Ground, unique

_PROCESS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://x"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="{executable}" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="on" sourceRef="start" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


@pytest.mark.parametrize(
    ("name", "executable", "defined"),
    [
        ("process.bpmn", "true", True),
        ("process.bpmn20.xml", "true", True),
        ("процесс.bpmn", "true", True),
        ("process.xml", "true", False),
        ("process.BPMN", "true", False),
        ("process.bpmn", "false", False),
    ],
)
async def test_a_file_makes_a_definition_by_its_name_and_its_flag(
    ground: Ground, name: str, executable: str, *, defined: bool
) -> None:
    key = unique("plain")
    content = _PROCESS.format(key=key, executable=executable).encode()
    made = await ground.engine.deployments.create("Контракт", {name: content}, source="contract")
    ground.deployed.append(made.id)
    assert list(made.definitions) == ([key] if defined else [])


async def test_an_unreadable_file_deploys_nothing_of_its_set(ground: Ground) -> None:
    key = unique("plain")
    good = _PROCESS.format(key=key, executable="true").encode()
    with pytest.raises(EngineRejected, match="ENGINE-09003"):
        await ground.engine.deployments.create("broken", {"good.bpmn": good, "bad.bpmn": b"<oops"}, source="contract")
    with pytest.raises(EngineRejected):
        await ground.send("POST", f"/process-definition/key/{key}/start", {})


async def test_a_deleted_deployment_is_gone(ground: Ground) -> None:
    made = await ground.engine.deployments.create("short", {"note.txt": b"x"}, source="contract")
    await ground.engine.deployments.delete(made.id, cascade=False)
    with pytest.raises(NotFound):
        await ground.engine.deployments.delete(made.id, cascade=False)
