"""Calls over HTTP: a path with places for inputs, query, headers and a body: JSON, a form or XML."""

import json
from collections.abc import Iterator, Mapping
from typing import Literal, Self

import httpx
import xmltodict
from pydantic import Field, JsonValue, field_validator, model_validator

from feel import Evaluator
from functions.calls.http_connection import HttpConnection
from functions.calls.protocol import Answer, CallPart, Request
from functions.calls.template import ExpressionTree, expand, leaves, places, simple_text
from functions.errors import Permanent
from functions.fields import Expression, Location
from functions.systems import Access, System

_PATH = r"^(/([^/{}?#\s]|\{[A-Za-z_][A-Za-z0-9_]*\})*)+$"
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "authorization", "cookie", "accept-encoding"}
)
_NOT_IN_XML = frozenset(map(chr, range(32))) - {"\t", "\n", "\r"} | {"\ufffe", "\uffff"}
_FIXED_HEADERS = {
    "accept": "application/json, application/xml;q=0.9",
    "accept-encoding": "identity",
    "user-agent": "script-manager",
}


class HttpCall(CallPart):
    """The ``http`` part of a declaration.

    Strings in ``query``, ``headers``, ``body``, ``form`` and ``xml`` are FEEL expressions over the inputs; other values
    stay as written. A query parameter, header or form field whose value is null is left out.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern=_PATH, max_length=2000)
    """Path below the system's address, inputs in braces (RFC 6570, level 1): ``/accounts/{account}/balance``."""
    query: Mapping[str, Expression] = {}
    headers: Mapping[str, Expression] = {}
    body: JsonValue = None
    """Sent as JSON."""
    form: Mapping[str, Expression] | None = None
    """Sent as ``application/x-www-form-urlencoded``."""
    xml: Mapping[str, JsonValue] | None = None
    """Sent as XML: one root element; keys that begin with ``@`` are attributes, a list repeats its element."""

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if sum(part is not None for part in (self.body, self.form, self.xml)) > 1:
            raise ValueError("a call has one of body, form and xml")
        if self.xml is not None and len(self.xml) != 1:
            raise ValueError("xml has one root element")
        return self

    @field_validator("path")
    @classmethod
    def _stays_below(cls, path: str) -> str:
        if path.startswith("//") or any(segment in {".", ".."} for segment in path.split("/")):
            raise ValueError("a path stays below its system's address: no //, . or ..")
        return path

    @field_validator("headers")
    @classmethod
    def _leaves_own_headers(cls, headers: Mapping[str, str]) -> Mapping[str, str]:
        taken = sorted(name for name in headers if name.lower() in _OWN_HEADERS)
        if taken:
            raise ValueError(f"{', '.join(taken)}: set by the platform or the system's credentials")
        return headers

    def expressions(self) -> Iterator[tuple[Location, str]]:
        """All expressions with their places in this part."""
        yield from leaves(self.tree())

    def tree(self) -> JsonValue:
        """The parts whose strings are expressions."""
        parts: dict[str, JsonValue] = {"query": dict(self.query), "headers": dict(self.headers), "body": self.body}
        if self.form is not None:
            parts["form"] = dict(self.form)
        if self.xml is not None:
            parts["xml"] = dict(self.xml)
        return parts

    def input_names(self) -> Iterator[tuple[Location, str]]:
        """The inputs that the path names."""
        return ((("path",), name) for name in places(self.path))


class HttpCaller:
    """Makes the HTTP call of one function."""

    def __init__(self, call: HttpCall, url: str, connection: HttpConnection, evaluator: Evaluator) -> None:
        self._call = call
        self._url = url
        self._connection = connection
        self._tree = ExpressionTree(call.tree(), evaluator)

    async def __call__(self, request: Request) -> Answer:
        """Call the system once; see functions.calls.protocol.Caller."""
        return await self._connection.send(await self._request(request))

    async def _request(self, request: Request) -> httpx.Request:
        path = expand(self._call.path, request.inputs)
        tree = await self._tree.filled(request.inputs)
        assert isinstance(tree, dict)  # noqa: S101 - as built above
        headers = {**_FIXED_HEADERS, **_headers(tree["headers"]), **request.headers}
        url = httpx.URL(self._url + path)
        if query := _query(tree["query"]):
            url = url.copy_merge_params(query)
        content = _content(tree)
        if content is None:
            return httpx.Request(self._call.method, url, headers=headers)
        media_type, body = content
        return httpx.Request(self._call.method, url, headers={"content-type": media_type, **headers}, content=body)


def _content(tree: Mapping[str, JsonValue]) -> tuple[str, bytes] | None:
    """The media type and the bytes of a body, None where there is none."""
    if "form" in tree:
        return "application/x-www-form-urlencoded", str(_query(tree["form"])).encode()
    if "xml" in tree:
        return "application/xml; charset=utf-8", _xml(tree["xml"])
    if tree["body"] is None:
        return None
    return "application/json", json.dumps(tree["body"], ensure_ascii=False, separators=(",", ":")).encode()


def _xml(tree: JsonValue) -> bytes:
    assert isinstance(tree, dict)  # noqa: S101 - as built above
    if any(character in _NOT_IN_XML for _, text in leaves(tree) for character in text):
        raise Permanent("inputs", "an input holds control characters, which XML can't")
    return xmltodict.unparse(tree).encode()


def _headers(values: JsonValue) -> dict[str, str]:
    assert isinstance(values, dict)  # noqa: S101 - as built above
    texts = {name: simple_text(name, value) for name, value in values.items()}
    headers = {name: text for name, text in texts.items() if text is not None}
    for name, text in headers.items():
        if not (text.isascii() and text.isprintable()):
            raise Permanent("inputs", f"header {name} would hold characters that headers can't")
    return headers


def _query(values: JsonValue) -> httpx.QueryParams:
    assert isinstance(values, dict)  # noqa: S101 - as built above
    pairs = [
        (name, simple_text(name, item))
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    return httpx.QueryParams([(name, text) for name, text in pairs if text is not None])


class HttpCalls:
    """The HTTP protocol: one pool of connections a system."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._connections: dict[str, HttpConnection] = {}

    def caller(self, call: HttpCall, system: System, access: Access) -> HttpCaller:
        """Prepare the call of one function.

        Raises:
            ValueError: the system has no address.
            FeelError: an expression can't be read.
            OSError: a TLS file of the system can't be read.
        """
        connection = self._connections.get(system.name)
        if connection is None:
            connection = self._connections[system.name] = HttpConnection(system, access)
        return HttpCaller(call, access.address, connection, self._evaluator)

    async def close(self) -> None:
        """Close all connections."""
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()
