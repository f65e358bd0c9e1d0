"""Undoing what a function has done: a process of one task, under the session's business key."""

from collections.abc import Mapping

from pycamunda.deployment import Create

from engine.answers import read_each
from engine.definitions import Definitions
from engine.errors import EngineRejected, NotFound
from engine.processes import Processes
from engine.transport import Transport
from engine.variables import Value

UNDO_PROCESS = "script_manager_undo"
"""Key of the process. Its instances have a session's business key and are no part of the session's script."""
_TOPIC = "undoFunction"
_DIAGRAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    targetNamespace="http://script-manager/undo">
  <process id="{UNDO_PROCESS}" name="Undo" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/>
    <sequenceFlow id="to_undo" sourceRef="start" targetRef="undo"/>
    <serviceTask id="undo" camunda:type="external" camunda:topic="${{{_TOPIC}}}"/>
    <sequenceFlow id="to_end" sourceRef="undo" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""


class Undos:
    """Instances of the process that undoes one call."""

    def __init__(self, transport: Transport, processes: Processes, definitions: Definitions) -> None:
        self._transport = transport
        self._processes = processes
        self._definitions = definitions
        self._definition: str | None = None

    async def start(self, business_key: str, function: str, variables: Mapping[str, Value]) -> str:
        """Let a worker run a function once, as any other of the session; return the instance's id.

        Raises:
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineUnavailable: where ``sent``, look with ``begun`` before starting again.
            EngineError: any other.
        """
        given = {**variables, _TOPIC: function}
        definition = await self._deployed()
        try:
            instance = await self._processes.start(definition, business_key=business_key, variables=given)
        except NotFound:
            self._definition = None  # somebody has taken it out of the engine; the next try deploys it
            raise
        return instance.id

    async def begun(self, business_key: str) -> Mapping[str, bool]:
        """Return the instances that were started under a business key, and whether each has ended.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"processInstanceBusinessKey": business_key, "processDefinitionKey": UNDO_PROCESS}
        answer = await self._transport.send("GET", "/history/process-instance", query=query)
        return dict(read_each(lambda wire: (str(wire["id"]), wire["endTime"] is not None), answer))

    async def _deployed(self) -> str:
        """The definition's id. Deployed by the first who needs it: the engine keeps what is the same only once."""
        if self._definition is None:
            request = Create("", "Script Manager: undo", source="script-manager", enable_duplicate_filtering=True)
            request.add_resource((f"{UNDO_PROCESS}.bpmn", _DIAGRAM.encode()))
            deployment = await self._transport.carry("POST", request, form=True)
            found = await self._definitions.deployed(deployment["id"], UNDO_PROCESS)
            if found is None:
                raise EngineRejected("the process that undoes a call was not deployed", status=500)
            self._definition = found.id
        return self._definition
