"""Calls of plug-ins: Python code that an administrator has installed, for what no other protocol can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from pydantic import Field, JsonValue

from functions.calls.protocol import Answer, CallPart, Request
from functions.errors import FunctionError, Permanent
from functions.systems import Access, System
from functions.tracing import exchange
from runtime import logs

GROUP = "script_manager.functions"
"""Entry points of this group are plug-ins."""
_log = logs.get(__name__)


class PythonCall(CallPart):
    """The ``python`` part of a declaration."""

    plugin: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,119}$")
    """Name of an installed entry point of the group ``script_manager.functions``."""


@dataclass(frozen=True, slots=True)
class PluginCall:
    """What a plug-in gets.

    Attributes:
        inputs: by name, checked, in the declared order.
        access: address and credentials of the system; never to be logged.
        headers: correlation and idempotency, to be sent along where the system takes them.
    """

    inputs: Mapping[str, JsonValue]
    access: Access
    headers: Mapping[str, str]


class Plugin(Protocol):
    """What an entry point must be: an asynchronous function."""

    async def __call__(self, call: PluginCall) -> JsonValue:
        """Return what expressions see as ``response``.

        Raises:
            Transient: the call may be made again.
            Permanent: it may not.
            BusinessError: the script handles this.
        """


class PythonCaller:
    """Calls the plug-in of one function."""

    def __init__(self, name: str, plugin: Plugin, access: Access) -> None:
        self._name = name
        self._plugin = plugin
        self._access = access

    async def __call__(self, request: Request) -> Answer:
        """Call the plug-in once; see functions.calls.protocol.Caller."""
        try:
            with exchange(lambda: {"plugin": self._name, "inputs": dict(request.inputs)}) as answered:
                response = await self._plugin(PluginCall(request.inputs, self._access, request.headers))
                answered(lambda: {"response": response})
            return Answer(None, response)
        except FunctionError:
            raise
        except Exception as error:
            _log.warning("plugin_broke", plugin=self._name, error=type(error).__name__)
            raise Permanent("plugin", f"plug-in {self._name} broke with {type(error).__name__}") from error


class PythonCalls:
    """The plug-ins that are installed."""

    def __init__(self, installed: Mapping[str, EntryPoint]) -> None:
        self._installed = installed

    def caller(self, call: PythonCall, system: System, access: Access) -> PythonCaller:  # noqa: ARG002
        """Load the plug-in of one function.

        Raises:
            ValueError: it is not installed, or can't be loaded.
        """
        entry_point = self._installed.get(call.plugin)
        if entry_point is None:
            raise ValueError(f"plug-in {call.plugin} is not installed: no entry point {call.plugin} of {GROUP}")
        try:
            plugin: Plugin = entry_point.load()
        except Exception as error:  # any error of foreign code
            raise ValueError(f"plug-in {call.plugin} can't be loaded: {type(error).__name__}: {error}") from error
        return PythonCaller(call.plugin, plugin, access)

    async def close(self) -> None:
        """Nothing is open."""


def installed_plugins() -> dict[str, EntryPoint]:
    """The plug-ins of this environment by name."""
    return {entry_point.name: entry_point for entry_point in entry_points(group=GROUP)}
