import secrets
from datetime import timedelta

import pytest

from store.awaited_answers import AwaitedAnswer, AwaitedAnswers
from tests.player_api.api import Api, problem


async def _expect(api: Api) -> tuple[str, str]:
    token, task = secrets.token_urlsafe(32), secrets.token_hex(4)
    await AwaitedAnswers(api.database).expect(
        AwaitedAnswer(token, "line", "line.measure", None, task, "w", "s", "a", "c", timedelta(minutes=1))
    )
    return token, task


async def test_an_answer_is_kept_without_any_other_key_than_its_address(api: Api) -> None:
    token, task = await _expect(api)
    for quality in (5, 1):
        response = await api.request("POST", f"/callbacks/line/{token}", key=None, json={"quality": quality})
        assert (response.status_code, response.content) == (204, b"")
    taken = {answer.task_id: answer.body for answer in await AwaitedAnswers(api.database).take(100)}
    assert taken[task] == {"quality": 5}


@pytest.mark.parametrize("system", ["line", "billing"])
async def test_an_address_that_nobody_was_given_is_unknown(api: Api, system: str) -> None:
    token, _ = await _expect(api)
    guessed = token if system == "billing" else secrets.token_urlsafe(32)
    response = await api.request("POST", f"/callbacks/{system}/{guessed}", key=None, json={})
    assert (response.status_code, problem(response)) == (404, "callback-unknown")


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"{"])
async def test_what_is_not_json_is_refused_and_the_answer_still_awaited(api: Api, body: bytes) -> None:
    token, _ = await _expect(api)
    headers = {"Content-Type": "application/json"}
    refused = await api.request("POST", f"/callbacks/line/{token}", key=None, content=body, headers=headers)
    assert refused.status_code == 422
    assert (await api.request("POST", f"/callbacks/line/{token}", key=None, json=1)).status_code == 204
