import json

import pytest

from engine import answers
from engine.errors import (
    AnswerUnreadable,
    EngineError,
    EngineRejected,
    EngineUnauthorized,
    EngineUnavailable,
    ErrorUncaught,
    LockLost,
    NotFound,
    OptimisticLock,
)


def _refused(status: int, message: str | None, code: int | None = 0, kind: str = "RestException") -> EngineError:
    return answers.refusal(status, json.dumps({"type": kind, "message": message, "code": code}).encode())


@pytest.mark.parametrize(
    ("status", "message", "code", "error"),
    [
        (404, "External task with id 1f-2 does not exist", 0, NotFound),
        (404, "No process instance found for id '1f-2': processInstance is null", 0, NotFound),
        (404, "Deployment with id '1f-2' do not exist", None, NotFound),
        (404, "No matching task with id 1f-2", None, NotFound),
        (500, "Cannot complete task 1f-2: Cannot find task with id 1f-2: task is null", 0, NotFound),
        (500, "task 1f-2 doesn't exist: task is null", 0, NotFound),
        (400, "Failure of External Task 1 cannot be reported by worker 'a'. It is locked by worker 'b'.", 0, LockLost),
        (400, "Cannot extend a lock that expired: lockExpirationTime is not greater than 5", 0, LockLost),
        (500, "ENGINE-13033 Propagation of bpmn error X failed. ", 0, ErrorUncaught),
        (500, "Cannot complete task 1f-2: ENGINE-03005 …", 1, OptimisticLock),
        (500, "deadlock", 10000, OptimisticLock),
        (500, "Cannot complete task 1f-2: cannot signal execution 3a: it has no current activity", 0, OptimisticLock),
        (
            500,
            (
                "Execution with id '1' does not have a subscription to a message event with name 'a':"
                " eventSubscriptions is empty"
            ),
            0,
            OptimisticLock,
        ),
        (
            500,
            'Cannot invoke "org.x.ExecutionEntity.getProcessInstance()" because "execution" is null',
            0,
            OptimisticLock,
        ),
        (500, 'Cannot invoke "org.x.Other.get()" because "execution" is null', 0, None),
        # What a script names and the engine lacks is no sign that the task itself is gone:
        (500, "Cannot complete task 1f-2: no processes deployed with key 'x': processDefinition is null", 0, None),
        (404, "no decision definition deployed with key 'x': decisionDefinition is null", 0, None),
        (404, "HTTP 404 Not Found", None, None),
        (500, "An exception occurred in the persistence layer.", 10002, None),
        (400, None, None, None),
    ],
)
def test_the_engines_words_become_errors(
    status: int, message: str | None, code: int | None, error: type[EngineRejected] | None
) -> None:
    refused = _refused(status, message, code)
    assert type(refused) is (error or EngineRejected)
    assert isinstance(refused, EngineRejected)
    assert (refused.status, refused.code, refused.message) == (status, code, message or "")


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_are_told_apart_from_refusals(status: int) -> None:
    assert isinstance(answers.refusal(status, b""), EngineUnauthorized)
    assert isinstance(_refused(status, "not allowed", kind="AuthorizationException"), EngineUnauthorized)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_answer_means_unavailable(status: int) -> None:
    error = answers.refusal(status, b"<html>Bad Gateway</html>")
    assert isinstance(error, EngineUnavailable)
    assert error.sent


@pytest.mark.parametrize("status", [301, 400, 404, 500])
@pytest.mark.parametrize(
    "body", [b"", b"<html>Not Found</html>", b"[]", b'"text"', b"{}", b'{"error": 1}', b"\xff", b"[" * 100_000]
)
def test_what_camunda_would_not_say_is_unreadable(status: int, body: bytes) -> None:
    assert isinstance(answers.refusal(status, body), AnswerUnreadable)


def test_a_long_message_is_cut() -> None:
    refused = _refused(500, "x" * 100_000)
    assert isinstance(refused, EngineRejected)
    assert len(refused.message) == 2000


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_a_body_that_is_no_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        answers.parse(body)


@pytest.mark.parametrize("answer", [None, 1, [], [1], {"id": 1}, [None]])
def test_an_answer_without_what_is_promised_is_unreadable(answer: object) -> None:
    with pytest.raises(AnswerUnreadable):
        answers.read(lambda wire: wire["name"].upper(), answer)


@pytest.mark.parametrize("answer", [None, 1, {}, [1], [{"name": "a"}, {}], [{"name": None}]])
def test_a_list_without_what_is_promised_is_unreadable(answer: object) -> None:
    with pytest.raises(AnswerUnreadable):
        answers.read_each(lambda wire: wire["name"].upper(), answer)
