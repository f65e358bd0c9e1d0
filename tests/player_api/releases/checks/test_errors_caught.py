"""Errors that nothing catches."""

import pytest
from lxml import etree

from player_api.releases.checks.errors_caught import uncaught_findings
from player_api.releases.functions import function_calls
from tests.functions.declared import loaded, source
from tests.player_api.releases.checks.diagrams import read

CATALOGUE = loaded(source()).sound()
ERRORS = '<error id="e" errorCode="ACCOUNT_NOT_FOUND"/><error id="o" errorCode="OTHER"/>'
CALL = '<serviceTask id="call" c:type="external" c:topic="billing.get_balance"/>'
UNCAUGHT = [("f", "call")]


def caught(host: str, error: str | None = "e") -> str:
    reference = f' errorRef="{error}"' if error else ""
    return f'<boundaryEvent id="b" attachedToRef="{host}"><errorEventDefinition{reference}/></boundaryEvent>'


def handler(error: str, inside: str = "") -> str:
    start = f'<startEvent id="s"><errorEventDefinition errorRef="{error}"/></startEvent>'
    return f'<subProcess id="h" triggeredByEvent="true">{start}{inside}</subProcess>'


def found(**files: "etree._Element") -> list[tuple[str, str | None]]:
    findings = uncaught_findings(files, function_calls(files), CATALOGUE)
    return [(finding.file, finding.element) for finding in findings]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (CALL, UNCAUGHT),
        (CALL + caught("call"), []),
        (CALL + caught("call", None), []),
        (CALL + caught("call", "o"), UNCAUGHT),
        (CALL + caught("elsewhere"), UNCAUGHT),
        (f'<subProcess id="sub">{CALL}</subProcess>' + caught("sub"), []),
        (f'<subProcess id="sub">{CALL}</subProcess>' + caught("other"), UNCAUGHT),
        (CALL + handler("e"), []),
        (CALL + handler("o"), UNCAUGHT),
        (handler("e", CALL), UNCAUGHT),
        ('<endEvent id="call"><errorEventDefinition errorRef="o"/></endEvent>', UNCAUGHT),
        (CALL.replace("billing.get_balance", "unknown"), []),
    ],
)
def test_within_a_script(inside: str, expected: list[tuple[str, str]]) -> None:
    assert found(f=read(inside, ERRORS)) == expected


def call(name: str, called: str = "part") -> str:
    return f'<callActivity id="{name}" calledElement="{called}"/>'


@pytest.mark.parametrize(
    ("calling", "expected"),
    [
        (call("c") + caught("c"), []),
        (call("c"), UNCAUGHT),
        (call("c") + caught("c") + call("d"), UNCAUGHT),
        (call("c") + call("d") + handler("e"), []),
        (call("c", "other"), UNCAUGHT),
    ],
)
def test_who_calls_a_script_may_catch_what_it_throws(calling: str, expected: list[tuple[str, str]]) -> None:
    assert found(main=read(calling, ERRORS), f=read(CALL, ERRORS, "part")) == expected


def test_scripts_that_call_each_other_are_looked_at_once() -> None:
    files = {"main": read(call("c"), ERRORS), "f": read(CALL + call("back", "p"), ERRORS, "part")}
    assert found(**files) == UNCAUGHT
