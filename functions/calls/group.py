"""Several read functions at once in one external task."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pydantic import Field, JsonValue

from functions.calls.protocol import Answer, CallPart, Request
from functions.context import Context
from functions.errors import BusinessError, Permanent, Transient
from functions.fields import FunctionName, Name
from functions.outcome import Ending, Failed, Ordered, Refused, Succeeded

RunFunction = Callable[[str, Mapping[str, JsonValue], Context], Awaitable[Ending]]
"""Runs a function by name, with its own policies."""


class GroupCall(CallPart):
    """The ``group`` part of a declaration.

    Every function gets those of the group's inputs that it declares. In expressions, ``response.NAME`` holds the
    outputs of the function under that name.

    With ``partial`` the group has an answer whatever becomes of its functions: ``response.refused`` holds the BPMN
    errors and ``response.failed`` the causes, by name. Without it, the first in the declared order that failed or was
    refused decides for the group.
    """

    functions: Mapping[Name, FunctionName] = Field(min_length=1, max_length=20)
    partial: bool = False


class GroupCaller:
    """Calls the functions of one group."""

    def __init__(self, call: GroupCall, run: RunFunction) -> None:
        self._call = call
        self._run = run

    async def __call__(self, request: Request) -> Answer:
        """Run all functions at the same time; see functions.calls.protocol.Caller.

        Raises:
            BusinessError: one was refused, and the group is not partial.
        """
        names = self._call.functions
        endings = await asyncio.gather(*(self._run(name, request.inputs, request.context) for name in names.values()))
        by_name = dict(zip(names, endings, strict=True))
        if not self._call.partial:
            for ending in endings:
                _raise_unless_succeeded(ending)
        response: dict[str, JsonValue] = {
            name: dict(ending.outputs) if isinstance(ending, Succeeded) else None for name, ending in by_name.items()
        }
        response["refused"] = {name: ending.code for name, ending in by_name.items() if isinstance(ending, Refused)}
        response["failed"] = {name: ending.cause for name, ending in by_name.items() if isinstance(ending, Failed)}
        ages = [ending.age for ending in endings if isinstance(ending, Succeeded) and ending.age is not None]
        return Answer(None, response, age=max(ages, default=None))


def _raise_unless_succeeded(ending: Ending) -> None:
    match ending:
        case Refused(code, outputs):
            raise BusinessError(code, outputs)
        case Failed(cause, message):
            raise Transient(cause, message) if ending.may_pass else Permanent(cause, message)
        case Ordered():
            raise Permanent("later", "a group's functions give their answers at once")
