"""Scripts for tests of going back, drawn in few words."""

import json
from collections.abc import Mapping
from itertools import pairwise

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="x"'
)


def ask(element: str, inner: str = "") -> str:
    """A user task with a field of its own: ``ask_a`` asks for ``a``."""
    form = f'camunda:formRef="{element}_form" camunda:formRefBinding="deployment"'
    return f'<userTask id="{element}" name="{element.upper()}" {form}>{inner}</userTask>'


def mapping(**parameters: str) -> str:
    """Input (``in_x``) and output (``out_x``) parameters."""
    kinds = {"in": "camunda:inputParameter", "out": "camunda:outputParameter"}
    named = [(kinds[name.partition("_")[0]], name.partition("_")[2], value) for name, value in parameters.items()]
    inner = "".join(f'<{kind} name="{name}">{value}</{kind}>' for kind, name, value in named)
    return f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"


def call(element: str, topic: str, inner: str = "") -> str:
    """A service task."""
    topic = f'camunda:type="external" camunda:topic="{topic}"'
    return f'<serviceTask id="{element}" name="{element.upper()}" {topic}>{inner}</serviceTask>'


def called(element: str, key: str) -> str:
    """A call activity that hands all variables down and ``c1`` back."""
    given = (
        '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in variables="all"/>'
        '<camunda:out source="c1" target="c1"/>'
    )
    return (
        f'<callActivity id="{element}" name="{element.upper()}" calledElement="{key}"'
        f' camunda:calledElementBinding="deployment"><extensionElements>{given}</extensionElements></callActivity>'
    )


def within(element: str, inner: str, *ways: str) -> str:
    """An embedded sub-process."""
    return f'<subProcess id="{element}">{inner}{flows(*ways)}</subProcess>'


def gateway(element: str, kind: str = "exclusive", default: str = "") -> str:
    return f'<{kind}Gateway id="{element}"{f" default={default!r}" if default else ""}/>'.replace("'", '"')


def flows(*ways: str) -> str:
    """Sequence flows ``a>b>c``; ``a>b?condition`` has one. The flow from a to b has the id ``a_b``."""
    drawn = []
    for way in ways:
        steps, _, condition = way.partition("?")
        names = steps.split(">")
        inner = (
            f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
        )
        drawn += [
            f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{inner}</sequenceFlow>'
            for a, b in pairwise(names)
        ]
    return "".join(drawn)


def process(key: str, inner: str, *ways: str) -> bytes:
    """A BPMN file with start, end and what is in between."""
    ends = '<startEvent id="start"/><endEvent id="end"/>'
    drawn = (
        f'<process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">{ends}{inner}{flows(*ways)}</process>'
    )
    return f"<definitions {NAMESPACES}>{drawn}</definitions>".encode()


def forms(*keys: str) -> Mapping[str, bytes]:
    """The form of each ``ask``."""
    field = {"type": "textfield", "label": "?"}
    return {
        f"{key}.form": json.dumps(
            {
                "id": f"{key}_form",
                "type": "default",
                "components": [{"type": "text", "text": "{{k}}"}, field | {"key": key}],
            }
        ).encode()
        for key in keys
    }
