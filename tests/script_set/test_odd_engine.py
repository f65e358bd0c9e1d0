"""What the engine does in odd cases, and what a session makes of it."""

import asyncio
import json
import secrets
from typing import Any

import pytest

from tests.script_set.walker import Json, Walker, keys, problem

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="x"'
)
FORM: Json = {"id": "odd", "type": "default", "components": [{"type": "textfield", "key": "kind"}]}


@pytest.fixture
def script() -> str:
    """The key of a script that nobody has published."""
    return f"odd_{secrets.token_hex(6)}"


def diagram(script: str, task: str = 'id="ask"', condition: str | None = None, beside: str = "") -> bytes:
    """A script with one user task, and another one behind it where a condition holds."""
    guard = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return (
        f'<definitions {NAMESPACES}><process id="{script}" isExecutable="true" camunda:historyTimeToLive="P1D">'
        f'<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="fork"/><parallelGateway id="fork"/>'
        f'<sequenceFlow id="b" sourceRef="fork" targetRef="ask"/><userTask {task}/>'
        f'<sequenceFlow id="c" sourceRef="ask" targetRef="next">{guard}</sequenceFlow><userTask id="next"/>'
        f'<sequenceFlow id="d" sourceRef="next" targetRef="end"/><endEvent id="end"/>{beside}</process></definitions>'
    ).encode()


BESIDE = (
    '<sequenceFlow id="e" sourceRef="fork" targetRef="fine"/><userTask id="fine"/>'
    '<sequenceFlow id="f" sourceRef="fine" targetRef="over"/><endEvent id="over"/>'
)
JAVA_LIST = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
WITH_FORM = 'id="ask" camunda:formRef="odd" camunda:formRefBinding="deployment"'


async def test_a_condition_over_a_missing_variable_leaves_the_step_open_and_the_answer_refused(
    walker: Walker, script: str
) -> None:
    files = {"script.bpmn": diagram(script, WITH_FORM, "${missing == 1}"), "f.form": json.dumps(FORM).encode()}
    await walker.deploy(script, files)
    session = await walker.start(script)
    assert problem(await walker.submit(session, {"kind": "a"})) == (502, "engine-refused")
    again = await walker.read(session)
    assert (again["step"]["id"], again["step"]["visited"]) == (session["step"]["id"], [])
    assert [event["type"] for event in await walker.history(session)][-2:] == ["answer_given", "answer_refused"]
    await walker.set_variable(session, "missing", {"type": "Integer", "value": 1})
    assert keys(await walker.answer(session, {"kind": "b"})) == ["next"]


async def test_no_flow_that_holds_leaves_the_step_open(walker: Walker, script: str) -> None:
    await walker.deploy(script, {"script.bpmn": diagram(script, condition="${1 == 2}")})
    session = await walker.start(script)
    assert problem(await walker.submit(session, {})) == (502, "engine-refused")
    assert (await walker.read(session))["steps"] == session["steps"]


async def test_parallel_steps_answered_at_the_same_moment_before_a_join_are_both_taken(walker: Walker) -> None:
    await walker.publish("set_parallel")
    session = await walker.start("set_parallel")
    answers = await asyncio.gather(
        walker.submit(session, {"name": "Анна"}, step="name"), walker.submit(session, {}, step="phone")
    )
    assert {response.status_code for response in answers} <= {200, 202}
    assert (await walker.read(session))["state"] == "ended"


async def test_a_step_answered_twice_at_once_is_taken_once(walker: Walker) -> None:
    await walker.publish("set_decision")
    session = await walker.start("set_decision")
    answers = await asyncio.gather(*(walker.submit(session, {"age": age}) for age in (17, 18, 19)))
    taken = [response for response in answers if response.status_code == 200]
    lost = [response for response in answers if response.status_code != 200]
    assert len(taken) == 1
    assert [problem(response) for response in lost] == [(409, "step-changed")] * 2
    assert keys(await walker.read(session)) == ["tell"]


async def test_a_generated_form_answered_twice_at_once_is_taken_once(walker: Walker) -> None:
    await walker.publish("set_generated")
    session = await walker.start("set_generated", who="Анна")
    answers = await asyncio.gather(*(walker.submit(session, {"reason": "a", "months": 1}) for _ in range(3)))
    assert sorted(response.status_code for response in answers) == [200, 409, 409]
    late = await walker.submit(session, {"reason": "a", "months": 1})
    assert problem(late) == (409, "step-changed")


@pytest.mark.parametrize(
    ("variable", "shown"),
    [
        ({"type": "Json", "value": "{"}, None),
        ({"type": "Json", "value": "[" * 3000 + "]" * 3000}, None),
        ({"type": "Object", "value": "[]", "valueInfo": JAVA_LIST}, []),
        ({"type": "Bytes", "value": "eA=="}, None),
    ],
)
async def test_a_variable_that_can_not_be_read_is_shown_as_nothing(
    walker: Walker, script: str, variable: Json, shown: object
) -> None:
    files = {"script.bpmn": diagram(script, WITH_FORM), "f.form": json.dumps(FORM).encode()}
    await walker.deploy(script, files)
    session = await walker.start(script)
    await walker.set_variable(session, "kind", variable)
    assert (await walker.read(session))["step"]["data"] == {"kind": shown}
    assert keys(await walker.answer(session, {"kind": "a"})) == ["next"]


@pytest.mark.parametrize(
    ("task", "form"),
    [
        ('id="ask" camunda:formKey="embedded:app:forms/ask.html"', FORM),
        ('id="ask" camunda:formKey="https://example.org/form"', FORM),
        ('id="ask" camunda:formRef="not_there" camunda:formRefBinding="deployment"', FORM),
        (WITH_FORM, {**FORM, "components": [{"type": "filepicker", "key": "file"}]}),
        (WITH_FORM, "[" * 200 + "]" * 200),
    ],
)
async def test_a_form_that_can_not_be_shown_is_said_and_steps_beside_it_go_on(
    walker: Walker, script: str, task: str, form: Any
) -> None:
    content = json.dumps(form) if isinstance(form, dict) else f'{{"id": "odd", "components": {form}}}'
    await walker.deploy(script, {"script.bpmn": diagram(script, task, beside=BESIDE), "f.form": content.encode()})
    session = await walker.start(script)
    shown = next(step for step in session["steps"] if step["key"] == "ask")
    assert shown["actions"] == ["cancel"]
    assert "нельзя показать" in shown["form"]["components"][0]["text"]
    assert problem(await walker.submit(session, {}, step="ask")) == (500, "form-unsupported")
    assert [event["type"] for event in await walker.history(session)] == ["session_started"]
    session = await walker.answer(session, step="fine")
    assert keys(session) == ["ask"]
    await walker.cancel(session)


@pytest.mark.parametrize(
    "task",
    ['id="ask" camunda:formKey="${missing}"', 'id="ask" camunda:formRef="${missing}" camunda:formRefBinding="latest"'],
)
async def test_a_form_reference_that_fails_stops_its_own_session_alone_and_it_can_be_cancelled(
    walker: Walker, script: str, task: str
) -> None:
    await walker.publish("set_parallel")
    other = await walker.start("set_parallel")
    await walker.deploy(script, {"script.bpmn": diagram(script, task), "f.form": json.dumps(FORM).encode()})
    response = await walker.api.post("/sessions", json={"script": script, "channel": "crm", "external_id": script})
    assert problem(response) == (502, "engine-refused")
    assert (await walker.read(other))["state"] == "active"
    found = (await walker.api.get("/sessions", params={"external_id": script})).json()["items"]
    await walker.cancel({"id": found[0]["id"]})
    assert (await walker.read({"id": found[0]["id"]}))["state"] == "cancelled"


async def test_each_binding_of_a_form_works(walker: Walker, script: str) -> None:
    form = {**FORM, "id": script}
    for binding in ('"deployment"', '"latest"', '"version" camunda:formRefVersion="1"'):
        task = f'id="ask" camunda:formRef="{script}" camunda:formRefBinding={binding}'
        await walker.deploy(script, {"script.bpmn": diagram(script, task), "f.form": json.dumps(form).encode()})
        session = await walker.start(script)
        assert session["step"]["form"]["components"] == FORM["components"]
        await walker.cancel(session)


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (json.dumps({"kind": "x" * 10_000_000}), (413, "too-large")),
        (json.dumps({f"f{number}": 1 for number in range(10_000)}), (422, "request-invalid")),
        (nested(3000), (400, "bad-request")),
        (nested(300), (422, "request-invalid")),
        (json.dumps({"name": "x" * 4001}), (422, "answers-invalid")),
        (json.dumps({"name": "nul\0"}), (422, "answers-invalid")),
        ('{"name": "\\ud800"}', (422, "request-invalid")),
        ('{"name": NaN}', (422, "answers-invalid")),
    ],
    ids=["10 MB", "10,000 fields", "3,000 deep", "300 deep", "long", "NUL", "half a pair", "no number"],
)
async def test_answers_of_any_size_and_shape_break_nothing(
    walker: Walker, answers: str, expected: tuple[int, str]
) -> None:
    await walker.publish("set_parallel")
    session = await walker.start("set_parallel")
    step = next(step for step in session["steps"] if step["key"] == "name")
    body = f'{{"step": "{step["id"]}", "answers": {answers}}}'
    headers = {"Idempotency-Key": step["id"], "Content-Type": "application/json"}
    response = await walker.api.post(f"/sessions/{session['id']}/submit", content=body.encode(), headers=headers)
    assert problem(response) == expected
    assert (await walker.read(session))["steps"] == session["steps"]
