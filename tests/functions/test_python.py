"""Plug-ins: installed code with typed inputs, whose mistakes stay its own."""

from importlib.metadata import EntryPoint

import pytest
import yaml
from pydantic import JsonValue, SecretStr

from functions.calls.protocol import Request
from functions.calls.python import PluginCall, PythonCall, PythonCalls
from functions.errors import BusinessError, Permanent, Transient
from functions.systems import Access, System
from tests.functions.declared import CONTEXT, SYSTEM

ACCESS = Access("billing", None, {"X-Key": SecretStr("s3cret")})


async def measure(call: PluginCall) -> JsonValue:
    """A plug-in for these tests."""
    inputs = ", ".join(f"{name}={value}" for name, value in call.inputs.items())
    return {"inputs": inputs, "key": str(call.access.headers["X-Key"]), **call.headers}


async def breaking(call: PluginCall) -> JsonValue:
    match call.inputs["how"]:
        case "transient":
            raise Transient("connect", "the line is down")
        case "business":
            raise BusinessError("NO_LINE", {})
        case _:
            raise KeyError("phone number of a customer")


def caller(plugin: str, value: str) -> object:
    calls = PythonCalls({"line": EntryPoint("line", value, "script_manager.functions")})
    return calls.caller(PythonCall(plugin=plugin), System.model_validate(yaml.safe_load(SYSTEM)), ACCESS)


async def call(value: str, **inputs: JsonValue) -> object:
    prepared = caller("line", value)
    return (await prepared(Request(inputs, CONTEXT, {"X-Correlation-Id": "c-1"}))).response  # type: ignore[operator]


async def test_a_plugin_gets_inputs_in_order_headers_and_access() -> None:
    assert await call(f"{__name__}:measure", b=1, a="Ё") == {
        "inputs": "b=1, a=Ё",
        "key": "**********",
        "X-Correlation-Id": "c-1",
    }


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("transient", Transient, "the line is down"),
        ("business", BusinessError, "refused with NO_LINE"),
        ("defect", Permanent, "plug-in line broke with KeyError"),
    ],
)
async def test_what_a_plugin_raises(how: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        await call(f"{__name__}:breaking", how=how)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("plugin", "value", "sentence"),
    [
        (
            "other",
            f"{__name__}:measure",
            "plug-in other is not installed: no entry point other of script_manager",
        ),
        ("line", "no.such.module:x", "plug-in line can't be loaded: ModuleNotFoundError"),
        ("line", f"{__name__}:missing", "plug-in line can't be loaded: AttributeError"),
    ],
)
def test_a_plugin_that_is_not_there(plugin: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is compared
        caller(plugin, value)
    assert str(caught.value).startswith(sentence)
