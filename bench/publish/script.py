"""The script that is published again and again: its own steps, and a script that it calls."""

import io
import json
import zipfile
from collections.abc import Mapping

SCRIPT, CALLED = "bench_publishing", "bench_publishing_called"
"""The script, and the one that it calls, which is never published by itself: every release holds it as its draft is."""
AGAIN, FINISH = "again", "finish"
"""The answers of the called script: another round, or the end."""
CASES = 20

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">'
)


def root_files(text: str) -> dict[str, bytes]:
    """The draft of the script, with a text of its own, so that it is another release; and its test cases."""
    diagram = f"""{_HEAD}
  <process id="{SCRIPT}" name="{SCRIPT}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start" />
    <sequenceFlow id="to_ask" sourceRef="start" targetRef="ask" />
    <userTask id="ask" name="{text}" camunda:formRef="{SCRIPT}_ask" camunda:formRefBinding="deployment" />
    <sequenceFlow id="to_call" sourceRef="ask" targetRef="call" />
    <callActivity id="call" calledElement="{CALLED}" camunda:calledElementBinding="deployment">
      <extensionElements>
        <camunda:in variables="all" />
        <camunda:out source="reply" target="reply" />
      </extensionElements>
    </callActivity>
    <sequenceFlow id="to_more" sourceRef="call" targetRef="more" />
    <exclusiveGateway id="more" default="to_end" />
    <sequenceFlow id="once_more" sourceRef="more" targetRef="ask">
      <conditionExpression xsi:type="tFormalExpression" language="feel">reply = "{AGAIN}"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="to_end" sourceRef="more" targetRef="end" />
    <endEvent id="end" />
  </process>
</definitions>"""
    said = {"type": "textfield", "id": "said", "key": "said", "label": "Ответ", "validate": {"required": True}}
    cases = {f"tests/case_{number}.yaml": _case(number, text) for number in range(1, CASES + 1)}
    return {"script.bpmn": diagram.encode(), "ask.form": _form(f"{SCRIPT}_ask", said), **cases}


def called_files(text: str) -> dict[str, bytes]:
    """The draft of the called script."""
    diagram = f"""{_HEAD}
  <process id="{CALLED}" name="{CALLED}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start" />
    <sequenceFlow id="to_confirm" sourceRef="start" targetRef="confirm" />
    <userTask id="confirm" name="{text}" camunda:formRef="{CALLED}_confirm" camunda:formRefBinding="deployment" />
    <sequenceFlow id="to_end" sourceRef="confirm" targetRef="end" />
    <endEvent id="end" />
  </process>
</definitions>"""
    reply = {
        "type": "radio",
        "id": "reply",
        "key": "reply",
        "label": "Ещё раз?",
        "values": [{"label": "Да", "value": AGAIN}, {"label": "Нет", "value": FINISH}],
        "validate": {"required": True},
    }
    return {"script.bpmn": diagram.encode(), "confirm.form": _form(f"{CALLED}_confirm", reply)}


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of files by name."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return whole.getvalue()


def _form(name: str, component: Mapping[str, object]) -> bytes:
    form = {
        "components": [{"type": "text", "id": "say", "text": "Скажите это клиенту."}, component],
        "type": "default",
        "id": name,
        "executionPlatform": "Camunda Platform",
        "executionPlatformVersion": "7.24.0",
        "schemaVersion": 18,
    }
    return json.dumps(form, ensure_ascii=False).encode()


def _case(number: int, text: str) -> bytes:
    """A case of up to three rounds, as JSON, which is YAML."""
    replies = [AGAIN] * (number % 3) + [FINISH]
    answers = [
        answer
        for reply in replies
        for answer in (
            {"step": "ask", "answers": {"said": f"{text}, {number}"}},
            {"step": "confirm", "answers": {"reply": reply}},
        )
    ]
    expected = {"steps": ["ask", "confirm"] * len(replies), "end": "end"}
    case = {"name": f"Разговор {number}", "answers": answers, "functions": {}, "expect": expected}
    return json.dumps(case, ensure_ascii=False).encode()
