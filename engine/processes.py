"""Process instances: start, find, delete."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.answers import read, read_each
from engine.transport import Transport, segment
from engine.variables import Value, decode, encode


@dataclass(frozen=True)
class ProcessInstance:
    """A running process instance.

    Attributes:
        id: the engine's id of it.
        definition_id: id of the deployed definition it runs on.
        business_key: of a session its id; None where whoever started it gave none.
        definition_key: the definition's key.
    """

    id: str
    definition_id: str
    business_key: str | None
    definition_key: str | None = None


@dataclass(frozen=True)
class Token:
    """Where a running instance is: at an element, or about to come to one.

    Attributes:
        id: the engine's id, of an activity instance or of a transition instance.
        element: the element's id in the BPMN file.
        parent: id of the embedded sub-process that it is in, or of the process instance.
        in_transition: it waits for the engine's job executor before or after the element.
    """

    id: str
    element: str
    parent: str
    in_transition: bool = False


@dataclass(frozen=True)
class Modification:
    """A change of where an instance is (user guide, "Process Instance Modification"), made as a whole or not at all.

    Attributes:
        element: it starts before this element.
        scope: id of the running embedded sub-process that it starts in, None for a new one or none.
        flows: it also starts on these sequence flows.
        cancelled: these end.
        variables: set before the element starts, in the instance.
        local_variables: set for the element alone.
        skip_mappings: input and output parameters are not evaluated, of what starts and of what ends.
    """

    element: str
    scope: str | None = None
    flows: tuple[str, ...] = ()
    cancelled: tuple[Token, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict)
    local_variables: Mapping[str, Value] = field(default_factory=dict)
    skip_mappings: bool = False


class Processes:
    """Running process instances (Camunda 7 REST API, "Process Definition" and "Process Instance")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start(
        self, definition_id: str, *, business_key: str, variables: Mapping[str, Value], at: str | None = None
    ) -> ProcessInstance:
        """Start an instance, at an element or else its start event; returns at the first wait states.

        Raises:
            NotFound: no such definition.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineUnavailable: where ``sent``, look with ``find`` before starting again.
            EngineRejected: the script failed before its first wait state; nothing was started.
            EngineError: any other.
        """
        body: dict[str, Any] = {"businessKey": business_key, "variables": encode(variables)}
        if at is not None:
            body["startInstructions"] = [{"type": "startBeforeActivity", "activityId": at}]
        path = f"/process-definition/{segment(definition_id)}/start"
        return read(_instance, await self._transport.send("POST", path, body=body))

    async def start_by_form(
        self, definition_id: str, *, business_key: str, variables: Mapping[str, Value]
    ) -> ProcessInstance:
        """Start an instance with the answers to its start form; as `start`.

        Of a generated form the engine makes the values of what was answered: days go in as ``dd/MM/yyyy``.
        """
        body = {"businessKey": business_key, "variables": encode(variables)}
        path = f"/process-definition/{segment(definition_id)}/submit-form"
        return read(_instance, await self._transport.send("POST", path, body=body))

    async def find(self, business_key: str) -> list[ProcessInstance]:
        """Return all running instances with a business key, called ones included, those without a caller first.

        Where something of the session is being undone, that instance is among those without a caller.

        Raises:
            EngineError: any but EngineRejected.
        """
        found = await self._list(businessKey=business_key)
        if len(found) < 2:
            return found
        roots = await self._list(businessKey=business_key, rootProcessInstances="true")
        return roots + [instance for instance in found if instance not in roots]

    async def delete(self, instance_id: str) -> None:
        """End an instance and those it has called where they stand; history keeps it as externally terminated.

        Raises:
            NotFound: it has ended or never was.
            EngineError: any other.
        """
        await self._transport.send("DELETE", f"/process-instance/{segment(instance_id)}")

    async def tokens(self, instance_id: str) -> list[Token]:
        """Return where an instance is, embedded sub-processes before what is in them; called instances are not in it.

        Raises:
            NotFound: it has ended or never was.
            EngineError: any other.
        """
        path = f"/process-instance/{segment(instance_id)}/activity-instances"
        return read(lambda tree: list(_tokens(tree)), await self._transport.send("GET", path))

    async def modify(self, instance_id: str, modification: Modification) -> None:
        """Move an instance; returns when the engine has reached the next wait states.

        Raises:
            NotFound: it has ended or never was.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineRejected: it is not where ``cancelled`` says any more, or what starts failed; nothing was changed.
            EngineError: any other.
        """
        body = {
            "instructions": list(_instructions(modification)),
            "skipIoMappings": modification.skip_mappings,
            "annotation": "back",
        }
        await self._transport.send("POST", f"/process-instance/{segment(instance_id)}/modification", body=body)

    async def variables(self, instance_id: str) -> Mapping[str, Value]:
        """Return the variables of an instance.

        Raises:
            NotFound: it has ended or never was.
            EngineError: any other.
        """
        path = f"/process-instance/{segment(instance_id)}/variables"
        return read(decode, await self._transport.send("GET", path, query={"deserializeValues": "false"}))

    async def change_variables(
        self, instance_id: str, values: Mapping[str, Value], removed: Collection[str] = ()
    ) -> None:
        """Set variables of an instance and remove others.

        Raises:
            NotFound: it has ended or never was.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineError: any other.
        """
        body = {"modifications": encode(values), "deletions": sorted(removed)}
        await self._transport.send("POST", f"/process-instance/{segment(instance_id)}/variables", body=body)

    async def _list(self, **query: str) -> list[ProcessInstance]:
        return read_each(_instance, await self._transport.send("GET", "/process-instance", query=query))


def _instance(wire: Mapping[str, Any]) -> ProcessInstance:
    return ProcessInstance(wire["id"], wire["definitionId"], wire["businessKey"], wire.get("definitionKey"))


def _tokens(tree: Mapping[str, Any]) -> Iterator[Token]:
    for child in tree["childActivityInstances"]:
        yield Token(child["id"], child["activityId"], tree["id"])
        yield from _tokens(child)
    for waiting in tree["childTransitionInstances"]:
        yield Token(waiting["id"], waiting["activityId"], tree["id"], in_transition=True)


def _instructions(wanted: Modification) -> Iterator[dict[str, Any]]:
    # Begun first: an embedded sub-process in which nothing is left would end before anything new began in it.
    variables = {name: {**value, "local": False} for name, value in encode(wanted.variables).items()}
    variables |= {name: {**value, "local": True} for name, value in encode(wanted.local_variables).items()}
    start = {"type": "startBeforeActivity", "activityId": wanted.element, "variables": variables}
    yield start | ({"ancestorActivityInstanceId": wanted.scope} if wanted.scope else {})
    for flow in wanted.flows:
        yield {"type": "startTransition", "transitionId": flow}
    for token in wanted.cancelled:
        yield {"type": "cancel", "transitionInstanceId" if token.in_transition else "activityInstanceId": token.id}
