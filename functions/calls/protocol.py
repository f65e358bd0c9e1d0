"""What every way of calling a system has in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from pydantic import JsonValue

from functions.context import Context
from functions.fields import Declared, Location
from functions.systems import Access, System


class CallPart(Declared):
    """A protocol's part of a declaration: ``call: {PROTOCOL: …}``."""

    def expressions(self) -> Iterator[tuple[Location, str]]:
        """All FEEL expressions with their places in this part."""
        return iter(())

    def input_names(self) -> Iterator[tuple[Location, str]]:
        """Inputs that this part names otherwise than in expressions, with their places."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Request:
    """One call to be made.

    Attributes:
        inputs: checked inputs by name, in the declared order.
        context: for whom and for which task.
        headers: correlation and idempotency, to be sent where the protocol has headers.
    """

    inputs: Mapping[str, JsonValue]
    context: Context
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system answered.

    Attributes:
        status: HTTP status, or None where the protocol has none.
        response: the body, or None where there is none or it can't be read.
        unreadable: why the body can't be read, None where it could.
        refused: in protocols without a status, that and how the system refused; no error rule needs to know it.
        age: how old it, or some of it, is where it is older than it should be.
    """

    status: int | None
    response: JsonValue
    unreadable: str | None = None
    refused: str | None = None
    age: timedelta | None = None


class Caller(Protocol):
    """Makes the call of one function."""

    async def __call__(self, request: Request) -> Answer:
        """Call the system once.

        Raises:
            Transient: the system could not be reached or broke off.
            Permanent: the call can't be made with these inputs, or its answer is out of bounds.
        """


class CallProtocol(Protocol):
    """One way of calling systems, such as HTTP; owns its connections."""

    def caller(self, call: Any, system: System, access: Access) -> Caller:
        """Prepare the call of one function; ``call`` is this protocol's part of its declaration.

        Raises:
            ValueError: something about the system is missing; the sentence says what.
            OSError: a file of the system can't be read.
        """

    async def close(self) -> None:
        """Close all connections."""
