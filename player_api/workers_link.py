"""The facade's way to the workers: what needs a system's credentials outside a script is theirs to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from functions.errors import Mistake
from functions.execution import (
    EXECUTE_PATH,
    PREFETCH_PATH,
    TRY_PATH,
    ExecuteRequest,
    ExecuteResult,
    PrefetchRequest,
    TryRequest,
    TryResult,
)
from player_api.functions.errors import DeclarationRefused, DeclarationUnknown, TrialRefused
from runtime import correlation
from runtime.tls import trusted

_Answer = TypeVar("_Answer", bound=BaseModel)
_PATIENCE = 40.0
"""Seconds for an answer; a try ends before."""
_MISTAKES = TypeAdapter(list[Mistake])


class WorkersUnavailable(Exception):
    """No worker could be asked."""


class WorkersLink:
    """Asks workers over their internal interface (functions.execution).

    Args:
        url: base URL of a worker, or of what balances between several.
        token: what facade and workers know each other by; without one nothing can be asked.
        transport: what carries the requests; without it a pooled one over aiohttp.
    """

    def __init__(self, url: str, token: SecretStr | None, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._token = token
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(_PATIENCE, connect=2.0),
            transport=transport or AiohttpTransport(verify=trusted(), client=_session),
        )

    @property
    def is_linked(self) -> bool:
        """Whether workers can be asked at all."""
        return self._token is not None

    async def try_function(self, wanted: TryRequest, correlation_id: str) -> TryResult:
        """Let a worker run a function once.

        Raises:
            DeclarationUnknown: there is no such function.
            DeclarationRefused: the declaration that was given has mistakes.
            TrialRefused: it can't be tried.
            WorkersUnavailable: no worker could be asked, or gave an answer that makes sense.
        """
        response = await self._post(TRY_PATH, wanted, correlation_id)
        if response.status_code == 200:
            return _read(TryResult, response.content)
        match _problem(response):
            case {"type": "urn:script-manager:problem:declaration-unknown"}:
                raise DeclarationUnknown(f"there is no function {wanted.name}")
            case {"type": "urn:script-manager:problem:declaration-invalid", "findings": list(findings)}:
                raise DeclarationRefused(_MISTAKES.validate_python(findings))
            case {"type": "urn:script-manager:problem:trial-refused", "detail": str(detail)}:
                raise TrialRefused(detail)
        raise WorkersUnavailable(f"a worker answered {response.status_code}")

    async def prefetch(self, wanted: PrefetchRequest, correlation_id: str) -> None:
        """Let a worker ask for answers that will probably be wanted; returns before they are there.

        Raises:
            WorkersUnavailable: no worker has taken it on.
        """
        response = await self._post(PREFETCH_PATH, wanted, correlation_id)
        if response.status_code != 202:
            raise WorkersUnavailable(f"a worker answered {response.status_code}")

    async def execute(self, wanted: ExecuteRequest) -> ExecuteResult:
        """Let a worker run a read function for a session, and wait for its answer.

        Raises:
            DeclarationUnknown: there is no such function.
            TrialRefused: it is none that only reads and answers at once.
            WorkersUnavailable: no worker could be asked, or gave an answer that makes sense.
        """
        response = await self._post(EXECUTE_PATH, wanted, wanted.correlation_id)
        if response.status_code == 200:
            return _read(ExecuteResult, response.content)
        match _problem(response):
            case {"type": "urn:script-manager:problem:declaration-unknown"}:
                raise DeclarationUnknown(f"there is no function {wanted.function}")
            case {"type": "urn:script-manager:problem:trial-refused", "detail": str(detail)}:
                raise TrialRefused(detail)
        raise WorkersUnavailable(f"a worker answered {response.status_code}")

    async def _post(self, path: str, message: BaseModel, correlation_id: str) -> httpx.Response:
        if self._token is None:
            raise WorkersUnavailable("this installation has no internal token, so its workers can't be asked")
        headers = {
            "Authorization": f"Bearer {self._token.get_secret_value()}",
            "Content-Type": "application/json",
            correlation.HEADER: correlation_id,
        }
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._client.post(path, content=message.model_dump_json(), headers=headers)
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError) as error:
            raise WorkersUnavailable("no worker can be reached") from error

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Close all connections at the end of the block."""
        async with self._client:
            yield


def _read(kind: type[_Answer], content: bytes) -> _Answer:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise WorkersUnavailable("a worker speaks another version of the internal interface") from error


def _problem(response: httpx.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20), cookie_jar=aiohttp.DummyCookieJar())
