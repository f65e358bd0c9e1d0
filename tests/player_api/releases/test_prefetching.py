"""What may be asked ahead is found in the drawing."""

from functools import partial
from itertools import pairwise

import pytest
from lxml import etree

from feel import Evaluator
from functions.catalogue import Catalogue, load, sources_in
from functions.pins import Pin
from player_api.releases.close import close
from player_api.releases.folder import read_beside, read_folder
from player_api.releases.prefetching import prefetches, release_prefetches
from stack.folder import ROOT
from store.releases import Prefetch
from tests.functions.declared import loaded, source

BPMN = """
<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="s">
  <userTask id="ask">{ask}</userTask>
  <exclusiveGateway id="which" />
  <parallelGateway id="fork" />
  <businessRuleTask id="decide" camunda:resultVariable="decided" />
  <serviceTask id="call" camunda:type="external" camunda:topic="billing.get_balance">{call}</serviceTask>
  <boundaryEvent id="refused" attachedToRef="call" />
  <userTask id="tell" />
  {flows}
</process>
"""


def _parameters(kind: str, **values: str) -> str:
    tag = f"camunda:{kind}Parameter"
    inside = "".join(f'<{tag} name="{name}">{text}</{tag}>' for name, text in values.items())
    return f"<extensionElements><camunda:inputOutput>{inside}</camunda:inputOutput></extensionElements>"


def _flows(*ways: str) -> str:
    hops = [hop for way in ways for hop in pairwise(way.split(">"))]
    return "".join(f'<sequenceFlow id="f{i}" sourceRef="{one}" targetRef="{to}" />' for i, (one, to) in enumerate(hops))


def _found(flows: str, *, ask: str = "", call: str = "", prefetch: bool = True) -> list[Prefetch]:
    catalogue = loaded(source(cache={"ttl": "60s"}, prefetch=prefetch)).sound()
    process = etree.fromstring(BPMN.format(ask=ask, call=call, flows=flows))
    return list(prefetches(process, catalogue))


@pytest.mark.parametrize(
    ("flows", "found"),
    [
        (_flows("ask>call"), [("ask", False)]),
        (_flows("ask>which>fork>call"), [("ask", False)]),
        (_flows("ask>which>decide>call"), [("ask", False)]),
        (_flows("ask>which>which", "which>call"), [("ask", False)]),
        (_flows("ask>tell>call"), [("tell", False)]),
        (_flows("ask>call>tell>call"), [("ask", False), ("tell", True)]),
        (_flows("ask>call", "refused>tell>which>call"), [("ask", False), ("tell", True)]),
        (_flows("ask>tell", "call>tell"), []),
    ],
)
def test_steps_are_those_with_nothing_but_gateways_and_decisions_between(
    flows: str, found: list[tuple[str, bool]]
) -> None:
    assert [(item.step, item.repeats) for item in _found(flows)] == found


@pytest.mark.parametrize(
    ("call", "inputs"),
    [
        ("", {"account": "account"}),
        (_parameters("input", account="${number}"), {"account": "number"}),
        (_parameters("input", account=" #{ number } "), {"account": "number"}),
        (_parameters("input", account="${number.trim()}"), None),
        (_parameters("input", account="7-${number}"), None),
        (_parameters("input", account="7"), None),
        (_parameters("input", account="${decided}"), None),
        (_parameters("input", account="${changed}"), None),
    ],
)
def test_inputs_are_variables_that_are_known_at_the_step(call: str, inputs: dict[str, str] | None) -> None:
    ask = _parameters("output", changed="${number}")
    found = _found(_flows("ask>decide>call"), ask=ask, call=call)
    assert [item.inputs for item in found] == ([] if inputs is None else [inputs])


def test_only_functions_that_are_declared_to_be_prefetched_are() -> None:
    assert _found(_flows("ask>call"), prefetch=False) == []


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load(sources_in(ROOT / "functions" / "declared"), Evaluator()).sound()


def test_the_balance_is_asked_ahead_with_the_pin_of_its_release(shipped: Catalogue) -> None:
    content = close("promised_payment", read_folder(ROOT / "bpmn" / "promised_payment"), shipped)
    assert [(item.step, item.element, item.inputs, item.repeats) for item in content.prefetches] == [
        ("ask_account", "get_balance", {"account": "account"}, False),
        ("check_account", "get_balance", {"account": "account"}, True),
    ]
    pinned = Pin.of(shipped.functions["billing.get_balance"], shipped.functions).text()
    assert {item.pin for item in content.prefetches} == {pinned}


def test_scripts_that_are_called_are_asked_ahead_for_too() -> None:
    folder = ROOT / "bpmn" / "internet_support"
    with Evaluator() as evaluator:
        catalogue = load(sources_in(ROOT / "functions" / "declared"), evaluator).sound()
    content = close(folder.name, read_folder(folder), catalogue, partial(read_beside, folder))
    assert {(item.step, item.function) for item in content.prefetches} >= {
        ("ask_since", "support.check_line"),
        ("ask_caller", "customers.find_customer"),
    }


def test_a_step_that_two_scripts_have_is_not_told_apart() -> None:
    catalogue = loaded(source(cache={"ttl": "60s"}, prefetch=True)).sound()
    process = etree.fromstring(BPMN.format(ask="", call="", flows=_flows("ask>call")))
    other = etree.fromstring(
        '<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><userTask id="ask" /></process>'
    )
    definitions = etree.Element("definitions")
    definitions.append(process)
    assert [item.step for item in release_prefetches([definitions], catalogue)] == ["ask"]
    definitions.append(other)
    assert list(release_prefetches([definitions], catalogue)) == []
