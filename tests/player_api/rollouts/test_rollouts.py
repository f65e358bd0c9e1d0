"""Publishing a draft, switching rollouts and the way back, through the API."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from engine import Engine
from tests.player_api.api import Api, Json, problem
from tests.player_api.authoring.scripts import bpmn
from tests.player_api.authoring.test_drafts import begin, write

EVERYONE = [{"release": 1}]


async def call(real: Api, method: str, path: str, *, key: str = "key-head-publisher", **rest: Any) -> httpx.Response:
    return await real.request(method, path, key=key, **rest)


@pytest.fixture
async def script(real: Api, engine: Engine) -> AsyncIterator[str]:
    """Published once; nothing of it is left in the engine afterwards."""
    key = f"script_{secrets.token_hex(6)}"
    await begin(real, key)
    await write(real, key, "script.bpmn", bpmn(key, "Первый"), 1)
    assert (await publish(real, key)).status_code == 201
    yield key
    await forget(real, engine, key)


async def forget(real: Api, engine: Engine, key: str) -> None:
    found = "SELECT deployment_id FROM releases WHERE script = %s AND deployment_id IS NOT NULL"
    for row in await real.database.fetch_all(found, (key,)):
        await engine.deployments.delete(row["deployment_id"], cascade=True)


async def publish(real: Api, script: str, **body: Any) -> httpx.Response:
    return await call(real, "POST", f"/scripts/{script}/releases", json=body)


async def change(real: Api, script: str, title: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    assert (await write(real, script, "script.bpmn", bpmn(script, title), version)).status_code == 200


async def rollout(real: Api, script: str) -> Json:
    response = await call(real, "GET", f"/scripts/{script}/rollout")
    assert response.status_code == 200, response.text
    assert response.headers["ETag"] == f'"{response.json()["version"]}"'
    return dict(response.json())


async def switch(real: Api, script: str, rules: list[Json], version: int, **rest: Any) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'}
    return await call(real, "PUT", f"/scripts/{script}/rollout", json={"rules": rules}, headers=headers, **rest)


async def test_what_only_the_engine_refuses_is_said_like_every_other_finding(real: Api, script: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    nameless = bpmn(script).replace(b'<bpmn:userTask id="ask"', b'<bpmn:intermediateCatchEvent id="ask"')
    await write(real, script, "script.bpmn", nameless, version)
    answer = await publish(real, script)
    assert (answer.status_code, problem(answer)) == (422, "release-refused")
    [finding] = answer.json()["findings"]
    assert (finding["file"], finding["element"], finding["rule"]) == ("script.bpmn", "ask", "engine")
    assert await started(real, script) == 1


async def started(real: Api, script: str) -> int:
    session = (await real.start(script)).json()
    return int(session["release"])


async def test_new_sessions_get_what_was_published_last_and_running_ones_keep_theirs(real: Api, script: str) -> None:
    before = (await real.start(script)).json()
    await change(real, script, "Второй")
    published = await publish(real, script)
    assert (published.status_code, published.json()) == (
        201,
        {"script": script, "release": 2, "is_new": True, "rolled_out": True, "report": {"cases": [], "coverage": None}},
    )
    assert await started(real, script) == 2
    assert (await real.request("GET", f"/sessions/{before['id']}")).json()["release"] == 1


async def test_the_same_content_is_the_same_release(real: Api, script: str) -> None:
    again = await publish(real, script)
    assert (again.status_code, again.json()["release"], again.json()["is_new"]) == (200, 1, False)
    assert (await rollout(real, script))["version"] == 1


async def test_two_who_publish_at_once_make_one_release(real: Api, script: str) -> None:
    await change(real, script, "Второй")
    both = await asyncio.gather(*(publish(real, script) for _ in range(2)))
    assert {one.json()["release"] for one in both} == {2}
    assert (await rollout(real, script))["rules"][0]["release"] == 2
    assert len((await call(real, "GET", f"/scripts/{script}/releases")).json()) == 2


async def test_a_release_may_wait_for_its_rollout(real: Api, script: str) -> None:
    await change(real, script, "Второй")
    assert (await publish(real, script, roll_out=False)).json()["rolled_out"] is False
    assert await started(real, script) == 1


async def test_rules_for_some_stay_when_everyone_gets_a_new_release(real: Api, script: str) -> None:
    rules: list[Json] = [{"release": 1}, {"release": 1, "channel": "bot"}]
    assert (await switch(real, script, rules, 1)).status_code == 200
    await change(real, script, "Второй")
    await publish(real, script)
    now = {rule["channel"]: rule["release"] for rule in (await rollout(real, script))["rules"]}
    assert now == {None: 2, "bot": 1}


async def test_a_publication_can_be_followed(real: Api, script: str) -> None:
    await change(real, script, "Второй")
    headers = {"Accept": "text/event-stream"}
    followed = await call(real, "POST", f"/scripts/{script}/releases", json={}, headers=headers)
    assert followed.headers["Content-Type"].startswith("text/event-stream")
    events = [line.removeprefix("event: ") for line in followed.text.splitlines() if line.startswith("event: ")]
    assert events == ["progress", "progress", "progress", "published"]
    assert '"release": 2' in followed.text
    assert await started(real, script) == 2
    unknown = await call(real, "POST", "/scripts/nobody_knows_it/releases", json={}, headers=headers)
    assert (unknown.status_code, problem(unknown)) == (404, "draft-unknown")


CASE = b"name: x\nanswers: [{step: %s}]\nexpect: {steps: [ask], end: end}\n"


async def test_where_a_case_fails_only_a_reason_publishes(real: Api, script: str) -> None:
    await change(real, script, "Второй")
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    await write(real, script, "tests/x.yaml", CASE % b"asked", version)
    tested = await call(real, "POST", f"/scripts/{script}/draft/test", key="key-author")
    [case] = tested.json()["cases"]
    assert (case["passed"], [found["rule"] for found in case["differences"]]) == (False, ["other_step"])
    refused = await publish(real, script)
    assert (refused.status_code, problem(refused)) == (422, "cases-failed")
    assert refused.json()["report"] == tested.json()
    skipped = await publish(real, script, tests="skip")
    assert (skipped.status_code, problem(skipped)) == (422, "request-invalid")
    assert await started(real, script) == 1
    published = await publish(real, script, override={"reason": "the case is wrong"})
    assert (published.status_code, await started(real, script)) == (201, 2)
    row = await real.database.fetch_one(
        "SELECT actor, data FROM journal WHERE type = 'cases_overridden' AND data->>'script' = %s", (script,)
    )
    expected = {"script": script, "version": version + 1, "reason": "the case is wrong", "failed": ["tests/x.yaml"]}
    assert row == {"actor": "key:head-publisher", "data": expected}


async def test_the_cases_of_a_draft_are_run_while_it_is_published(real: Api, script: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    await write(real, script, "tests/x.yaml", CASE % b"ask", version)
    report = (await publish(real, script)).json()["report"]
    assert ([case["passed"] for case in report["cases"]], report["coverage"]["elements"]["percent"]) == ([True], 100)


async def test_a_draft_with_mistakes_is_refused_whole(real: Api, script: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    wrong = bpmn(script).replace(b'id="ask" name', b'id="ask" camunda:formRef="nowhere" name')
    wrong = wrong.replace(b"<bpmn:definitions", b'<bpmn:definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn"')
    await write(real, script, "script.bpmn", wrong, version)
    refused = await publish(real, script)
    assert (refused.status_code, problem(refused)) == (422, "release-refused")
    assert [finding["element"] for finding in refused.json()["findings"]] == ["ask"]
    assert await started(real, script) == 1


async def test_back_and_back_once_more(real: Api, script: str) -> None:
    for title in ("Второй", "Третий"):
        await change(real, script, title)
        await publish(real, script)
    seen = []
    for _ in range(2):
        back = await call(real, "POST", f"/scripts/{script}/rollback")
        seen.append((back.status_code, back.json()["rules"][0]["release"], back.json()["restored"]))
    assert seen == [(200, 2, 2), (200, 1, 1)]
    assert await started(real, script) == 1
    refused = await call(real, "POST", f"/scripts/{script}/rollback")
    assert (refused.status_code, problem(refused)) == (409, "nothing-to-roll-back")
    history = (await call(real, "GET", f"/scripts/{script}/rollout/history")).json()
    assert [(one["version"], one["restored"]) for one in history] == [(5, 1), (4, 2), (3, None), (2, None), (1, None)]


async def test_a_canary_runs_from_when_it_began(real: Api, script: str) -> None:
    await change(real, script, "Второй")
    await publish(real, script, roll_out=False)
    canary = {"release": 2, "percent": 100, "guard": {"min_sessions": 5, "errors": 10}}
    begun = await switch(real, script, [{"release": 1, "canary": canary}], 1)
    assert begun.status_code == 200, begun.text
    assert await started(real, script) == 2
    more = await switch(real, script, [{"release": 1, "canary": {**canary, "percent": 0}}], 2)
    assert more.json()["rules"][0]["canary"]["since"] == begun.json()["rules"][0]["canary"]["since"]
    assert await started(real, script) == 1


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"release": 9}], "rollout-refused"),
        ([{"release": 1}, {"release": 1}], "rollout-refused"),
        ([{"release": 1, "canary": {"release": 1, "percent": 5}}], "rollout-refused"),
        ([{"release": 1, "canary": {"release": 9, "percent": 5}}], "rollout-refused"),
        ([{"release": 1, "canary": {"release": 1, "percent": 101}}], "request-invalid"),
        ([{"release": 1, "canary": {"release": 1, "percent": -1}}], "request-invalid"),
        ([{"release": 1, "canary": {"release": 1, "guard": {"min_sessions": 5}}}], "request-invalid"),
        ([{"release": 0}], "request-invalid"),
        ([{"release": 1, "chanel": "bot"}], "request-invalid"),
    ],
)
async def test_rules_that_are_not_possible(real: Api, script: str, rules: list[Json], expected: str) -> None:
    refused = await switch(real, script, rules, 1)
    assert (refused.status_code, problem(refused)) == (422, expected)
    assert (await rollout(real, script))["version"] == 1


async def test_without_any_rule_nobody_starts_the_script(real: Api, script: str) -> None:
    assert (await switch(real, script, [], 1)).status_code == 200
    refused = await real.start(script)
    assert (refused.status_code, problem(refused)) == (404, "script-unknown")


async def test_two_publishers_do_not_overwrite_each_other(real: Api, script: str) -> None:
    assert (await switch(real, script, EVERYONE, 1)).status_code == 200
    late = await switch(real, script, EVERYONE, 1)
    assert (late.status_code, problem(late), late.json()["version"]) == (412, "rollout-changed", 2)
    without = await call(real, "PUT", f"/scripts/{script}/rollout", json={"rules": EVERYONE})
    assert (without.status_code, problem(without)) == (428, "version-missing")


@pytest.mark.parametrize(("key", "status"), [("key-author", 403), ("key-operator", 403), ("key-admin", 200)])
async def test_who_may_switch(real: Api, script: str, key: str, status: int) -> None:
    assert (await switch(real, script, EVERYONE, 1, key=key)).status_code == status


async def test_a_release_is_rolled_out_for_the_first_time(real: Api, engine: Engine) -> None:
    key = f"script_{secrets.token_hex(6)}"
    await begin(real, key)
    await write(real, key, "script.bpmn", bpmn(key, "Первый"), 1)
    assert (await publish(real, key, roll_out=False)).status_code == 201
    switched = await switch(real, key, EVERYONE, 0)
    assert (switched.status_code, switched.json()["version"]) == (200, 1)
    assert (await switch(real, key, [], 0)).status_code == 412
    await forget(real, engine, key)


async def test_what_was_never_rolled_out(real: Api) -> None:
    for method, path in (("GET", "rollout"), ("GET", "rollout/history"), ("POST", "rollback")):
        response = await call(real, method, f"/scripts/nobody_knows/{path}")
        assert (response.status_code, problem(response)) == (404, "rollout-unknown")


async def test_what_a_draft_would_change_is_said_in_words_and_by_element(real: Api, script: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    changed = bpmn(script, "Первый").replace("Вопрос".encode(), "Другой вопрос".encode())
    await write(real, script, "script.bpmn", changed, version)
    found = (await call(real, "GET", f"/scripts/{script}/diff", params={"from": 1, "to": "draft"})).json()
    assert found["elements"] == {"ask": "changed"}
    [change] = found["changes"]
    assert (change["property"], change["before"], change["after"]) == ("name", "Вопрос", "Другой вопрос")
    assert change["sentence"] == {
        "ru": "шаг «Другой вопрос»: название — было «Вопрос», стало «Другой вопрос».",
        "en": "step “Другой вопрос”: name was “Вопрос”, is “Другой вопрос”.",
    }
    same = await call(real, "GET", f"/scripts/{script}/diff", params={"from": 1, "to": 1})
    assert same.json()["changes"] == []
    none = await call(real, "GET", f"/scripts/{script}/diff", params={"from": 7, "to": "draft"})
    assert (none.status_code, problem(none)) == (404, "release-unknown")


async def test_a_draft_that_can_t_be_closed_yet_is_compared_as_it_is(real: Api, script: str) -> None:
    version = (await call(real, "GET", f"/scripts/{script}/draft")).json()["version"]
    broken = bpmn(script, "Первый").replace(b'targetRef="end"', b'targetRef="nowhere"')
    await write(real, script, "script.bpmn", broken, version)
    found = (await call(real, "GET", f"/scripts/{script}/diff", params={"from": 1, "to": "draft"})).json()
    assert [(one["element"], one["property"], one["after"]) for one in found["changes"]] == [
        ("g", "targetRef", "nowhere")
    ]
