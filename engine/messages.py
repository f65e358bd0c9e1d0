"""Messages: what a running instance waits for from outside (BPMN message catch events, receive tasks)."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from engine.answers import read_each
from engine.errors import EngineRejected, NotFound
from engine.transport import Transport
from engine.variables import Value, encode

_UNCORRELATED = "Cannot correlate message"


class Messages:
    """Messages to running instances (Camunda 7 REST API, "Event Subscription" and "Message").

    A message is always addressed to an instance: without one, the engine would start definitions too, past any rollout.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def waiting(self, instance_ids: Iterable[str], name: str) -> list[str]:
        """Return those of the instances that wait for a message: one request each.

        Raises:
            EngineError: any but EngineRejected.
        """
        ids = list(instance_ids)
        counts = await asyncio.gather(*(self._subscriptions(instance_id, name) for instance_id in ids))
        return [instance_id for instance_id, count in zip(ids, counts, strict=True) if count]

    async def deliver(self, instance_id: str, name: str, variables: Mapping[str, Value]) -> None:
        """Give a message to everything in an instance that waits for it; returns at the next wait states.

        Raises:
            NotFound: nothing in the instance waits for it.
            OptimisticLock: another transaction was first.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineRejected: what follows failed; it still waits.
            EngineError: any other.
        """
        body = {
            "messageName": name,
            "processInstanceId": instance_id,
            "all": True,
            "resultEnabled": True,
            "processVariables": encode(variables),
        }
        try:
            reached = await self._transport.send("POST", "/message", body=body)
        except EngineRejected as error:
            if error.message.startswith(_UNCORRELATED):
                raise NotFound(error.message, status=error.status, type=error.type, code=error.code) from error
            raise
        if not read_each(_result_type, reached):
            raise NotFound("nothing waits for this message", status=404)

    async def _subscriptions(self, instance_id: str, name: str) -> int:
        query = {"processInstanceId": instance_id, "eventType": "message", "eventName": name}
        return len(read_each(_subscription, await self._transport.send("GET", "/event-subscription", query=query)))


def _subscription(wire: Mapping[str, Any]) -> str:
    return str(wire["id"])


def _result_type(wire: Mapping[str, Any]) -> str:
    return str(wire["resultType"])
