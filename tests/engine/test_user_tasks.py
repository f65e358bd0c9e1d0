from typing import Any

import httpx
import pytest

from engine import AnswerUnreadable, Engine, EngineRejected, EngineSettings, FormRef
from tests.fakes import refusals
from tests.fakes.engine import URL

_TASK = {
    "id": "t1",
    "taskDefinitionKey": "ask",
    "name": None,
    "description": None,
    "processDefinitionId": "script:1:d1",
    "processInstanceId": "i1",
    "created": "2026-01-02T03:04:05.678+0000",
    "formKey": None,
}


def _answering(answers: dict[str, httpx.Response]) -> Engine:
    def answer(request: httpx.Request) -> httpx.Response:
        return answers[request.url.path.removeprefix("/engine-rest")]

    return Engine(EngineSettings(URL), transport=httpx.MockTransport(answer))


@pytest.mark.parametrize("field", ["camundaFormRef", "operatonFormRef"])
async def test_a_form_is_known_by_either_engines_word(field: str) -> None:
    task = _TASK | {field: {"key": "ask", "binding": "version", "version": 3}}
    answers = {"/task": httpx.Response(200, json=[task]), "/task/t1/variables": httpx.Response(200, json={})}
    async with _answering(answers) as engine:
        [read] = await engine.user_tasks.waiting("session")
    assert read.form_ref == FormRef("ask", "version", 3)


async def test_a_task_completed_between_the_two_requests_is_left_out() -> None:
    gone = refusals.variables_of_task_gone("t1")
    tasks = [_TASK, _TASK | {"id": "t2"}]
    answers = {
        "/task": httpx.Response(200, json=tasks),
        "/task/t1/variables": httpx.Response(gone.status, json=gone.json()),
        "/task/t2/variables": httpx.Response(200, json={"a": {"type": "Integer", "value": 1}}),
    }
    async with _answering(answers) as engine:
        assert [(task.id, task.variables) for task in await engine.user_tasks.waiting("session")] == [("t2", {"a": 1})]


async def test_a_failing_expression_is_a_refusal() -> None:
    failed = refusals.failed("Unknown property used in expression: ${form}")
    async with _answering({"/task": httpx.Response(500, json=failed.json())}) as engine:
        with pytest.raises(EngineRejected, match="Unknown property"):
            await engine.user_tasks.waiting("session")


@pytest.mark.parametrize("tasks", [None, {}, [1], [{}], [_TASK | {"created": "yesterday"}]])
async def test_tasks_that_are_not_as_documented_are_unreadable(tasks: Any) -> None:
    async with _answering({"/task": httpx.Response(200, json=tasks)}) as engine:
        with pytest.raises(AnswerUnreadable):
            await engine.user_tasks.waiting("session")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("[" * 3000 + "]" * 3000, "too deep|deeper"),
        ('{"components":' * 3000 + "1" + "}" * 3000, "too deep|deeper"),
        ('{"components":' * 51 + "1" + "}" * 51, "deeper"),
        ("[]", "object"),
        ("<form>", "JSON"),
    ],
    ids=["lists", "objects", "one too many", "list", "html"],
)
async def test_a_form_that_cannot_be_used_is_said(form: str, words: str) -> None:
    async with _answering({"/task/t1/deployed-form": httpx.Response(200, text=form)}) as engine:
        with pytest.raises(AnswerUnreadable, match=words):
            await engine.user_tasks.deployed_form("t1")
