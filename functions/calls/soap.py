"""Calls of SOAP services by their WSDL, through zeep: its types and XML, our connections."""

import asyncio
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import zeep
import zeep.exceptions
import zeep.helpers
from lxml import etree
from pydantic import Field, JsonValue
from zeep.proxy import AsyncServiceProxy

from feel import Evaluator
from functions.calls.http_connection import HttpConnection
from functions.calls.protocol import Answer, CallPart, Request
from functions.calls.template import ExpressionTree, leaves
from functions.errors import FunctionError, Permanent, Transient
from functions.fields import Location
from functions.json_values import as_json
from functions.systems import Access, System

_SETTINGS = zeep.Settings(strict=True, xml_huge_tree=False, forbid_dtd=True, forbid_entities=True)
_PASSING = frozenset({408, 429, 502, 503, 504})


class SoapCall(CallPart):
    """The ``soap`` part of a declaration.

    The arguments are the inputs in their declared order, or ``arguments``: parameters by name, whose strings are FEEL
    expressions. In expressions, ``response`` holds the answer; after a fault, ``response.fault`` its code and message.
    """

    wsdl: str = Field(pattern=r"^/[^\s#]*$", max_length=2000)
    """Path of the WSDL below the system's address; what it imports must be there too."""
    operation: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,199}$")
    path: str | None = Field(default=None, pattern=r"^/[^\s?#]*$")
    """Path of the service below the system's address; without it the one that the WSDL names, on that address."""
    arguments: Mapping[str, JsonValue] | None = None

    def expressions(self) -> Iterator[tuple[Location, str]]:
        """All expressions with their places in this part."""
        return leaves(dict(self.arguments or {}), ("arguments",))


@dataclass(frozen=True, slots=True)
class _Reply:
    """An HTTP answer as zeep reads it."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    encoding: str | None


@dataclass(slots=True)
class _Sending:
    """What zeep doesn't hand through to its transport, and whether it came as far."""

    headers: Mapping[str, str]
    begun: bool = False


class _Transport:
    """zeep's way to the system: never to another address, with our headers."""

    def __init__(self, base: str, connection: HttpConnection, loop: asyncio.AbstractEventLoop) -> None:
        self._base = base
        self._connection = connection
        self._loop = loop
        self.sending: ContextVar[_Sending] = ContextVar("sending")

    def load(self, url: str) -> bytes:
        """Load a WSDL or schema; called by zeep in a thread of its own."""
        if not url.startswith(self._base + "/"):
            raise Permanent("wsdl", "the WSDL imports something from another address")
        loading = self._connection.exchange(httpx.Request("GET", url, headers={"accept-encoding": "identity"}))
        response, body = asyncio.run_coroutine_threadsafe(loading, self._loop).result()
        if response.status_code != 200:
            kind = Transient if response.status_code in _PASSING else Permanent
            raise kind(str(response.status_code), f"the WSDL was answered with {response.status_code}")
        return body

    async def post_xml(self, address: str, envelope: Any, headers: Mapping[str, str]) -> _Reply:
        """Send an envelope."""
        content = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        sending = self.sending.get()
        sending.begun = True
        both = {**headers, **sending.headers, "accept-encoding": "identity"}
        response, body = await self._connection.exchange(httpx.Request("POST", address, headers=both, content=content))
        return _Reply(response.status_code, response.headers, body, response.charset_encoding)


class SoapCaller:
    """Makes the SOAP call of one function."""

    def __init__(self, call: SoapCall, service: "SoapService", evaluator: Evaluator) -> None:
        self._call = call
        self._service = service
        self._arguments = None if call.arguments is None else ExpressionTree(dict(call.arguments), evaluator)

    async def __call__(self, request: Request) -> Answer:
        """Call the operation once; see functions.calls.protocol.Caller."""
        if self._arguments is None:
            return await self._service.call(self._call, list(request.inputs.values()), {}, request.headers)
        named = await self._arguments.filled(request.inputs)
        assert isinstance(named, dict)  # noqa: S101 - as declared
        return await self._service.call(self._call, [], named, request.headers)


class SoapService:
    """One WSDL of a system, loaded when it is first needed."""

    def __init__(self, system: str, base: str, wsdl: str, connection: HttpConnection) -> None:
        self._system = system
        self._base = base
        self._url = base + wsdl
        self._connection = connection
        self._loading: asyncio.Task[zeep.AsyncClient] | None = None

    async def call(
        self, call: SoapCall, positional: list[JsonValue], named: Mapping[str, JsonValue], headers: Mapping[str, str]
    ) -> Answer:
        """Call an operation.

        Raises:
            Transient: the system can't be reached or is busy.
            Permanent: the arguments don't fit, or the answer can't be read.
        """
        client = await self._client()
        sending = _Sending(headers)
        client.transport.sending.set(sending)
        try:
            operation = getattr(self._proxy(client, call), call.operation)
            result = await operation(*positional, **named)
            plain = zeep.helpers.serialize_object(result, dict)  # type: ignore[no-untyped-call]
            return Answer(None, as_json(plain))
        except zeep.exceptions.Fault as fault:
            said: dict[str, JsonValue] = {"code": fault.code, "message": fault.message}
            return Answer(None, {"fault": said}, refused=f"answered with the fault {fault.code}")
        except zeep.exceptions.TransportError as error:
            raise self._transport_error(error) from error
        except FunctionError:
            raise
        except Exception as error:
            # zeep raises whatever the values provoke, and the words of these errors may hold them.
            what, cause = ("answer", "unreadable") if sending.begun else ("call", "inputs")
            raise Permanent(
                cause, f"the {what} of {call.operation} does not fit the WSDL: {type(error).__name__}"
            ) from error

    def _proxy(self, client: zeep.AsyncClient, call: SoapCall) -> Any:
        port = next(iter(next(iter(client.wsdl.services.values())).ports.values()))
        named = urlsplit(port.binding_options["address"]).path
        address = urljoin(self._base, named) if call.path is None else self._base + call.path
        return AsyncServiceProxy(client, port.binding, address=address)  # type: ignore[no-untyped-call]

    def _transport_error(self, error: zeep.exceptions.TransportError) -> FunctionError:
        status = error.status_code
        if status in _PASSING:
            return Transient(str(status), f"{self._system} answered {status}")
        if status == 200:
            return Permanent("unreadable", f"{self._system} answered with a body that is not XML")
        return Permanent(str(status), f"{self._system} answered {status}")

    async def _client(self) -> zeep.AsyncClient:
        if self._loading is None:
            # A task of its own: when the deadline cuts off who came first, the next one finds it loaded.
            self._loading = asyncio.create_task(self._load())
        loading = self._loading
        try:
            return await asyncio.shield(loading)
        except (FunctionError, zeep.exceptions.Error) as error:
            if self._loading is loading:
                self._loading = None
            if isinstance(error, FunctionError):
                raise
            raise Permanent("wsdl", f"{self._system} has a WSDL that can't be used: {type(error).__name__}") from error

    async def _load(self) -> zeep.AsyncClient:
        transport = _Transport(self._base, self._connection, asyncio.get_running_loop())
        return await asyncio.to_thread(zeep.AsyncClient, self._url, transport=transport, settings=_SETTINGS)


class SoapCalls:
    """The SOAP protocol: one pool of connections a system, one loaded client a WSDL."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._connections: dict[str, HttpConnection] = {}
        self._services: dict[str, SoapService] = {}

    def caller(self, call: SoapCall, system: System, access: Access) -> SoapCaller:
        """Prepare the call of one function; its WSDL is loaded by the first call.

        Raises:
            ValueError: the system has no address.
            OSError: a TLS file of the system can't be read.
        """
        base = access.address
        if system.name not in self._connections:
            self._connections[system.name] = HttpConnection(system, access)
        if base + call.wsdl not in self._services:
            connection = self._connections[system.name]
            self._services[base + call.wsdl] = SoapService(system.name, base, call.wsdl, connection)
        return SoapCaller(call, self._services[base + call.wsdl], self._evaluator)

    async def close(self) -> None:
        """Close all connections."""
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()
        self._services.clear()
