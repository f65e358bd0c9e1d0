"""What a change reaches, and contracts that take the place of others in running releases."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from functions.pins import Pin
from player_api.functions.desk import DeclarationDesk
from player_api.releases.close import close
from store.releases import Releases
from store.sessions import NewSession, Sessions
from tests.player_api.api import Api, problem
from tests.player_api.authoring.scripts import bpmn

Json = dict[str, Any]


def declaration(name: str, **fields: Any) -> Json:
    return {
        "name": name,
        "title": {"ru": "Тариф", "en": "Tariff"},
        "system": "billing",
        "effect": "read",
        "call": {"http": {"method": "GET", "path": "/tariff"}},
        "outputs": {"tariff": "response.tariff"},
        "errors": [{"when": "status = 404", "bpmn_error": "NOT_FOUND"}],
        **fields,
    }


def calling(script: str, function: str = "", called: str = "") -> bytes:
    """A script that calls a function or another script before its question."""
    task = (
        f'<bpmn:serviceTask id="call" c:type="external" c:topic="{function}"/>'
        if function
        else f'<bpmn:callActivity id="call" calledElement="{called}"/>'
    )
    whole = bpmn(script).decode().replace(" id=", ' xmlns:c="http://camunda.org/schema/1.0/bpmn" id=', 1)
    return whole.replace('targetRef="ask"/>', f'targetRef="call"/>{task}<bpmn:sequenceFlow id="h" sourceRef="call" '
                         'targetRef="ask"/>', 1).encode()  # fmt: skip


@dataclass
class Ground:
    """A function, and releases that use it."""

    api: Api
    declarations: DeclarationDesk
    function: str

    async def declare(self, revision: int, **fields: Any) -> None:
        body = {"revision": revision, "declaration": declaration(self.function, **fields)}
        answer = await self.api.request("PUT", f"/functions/{self.function}", key="key-author", json=body)
        assert answer.status_code == 200, answer.text

    async def publish(self, script: str, diagram: bytes, called: dict[str, bytes] | None = None) -> int:
        catalogue = await self.declarations.now()
        others = (called or {}).keys()
        content = close(
            script,
            {"script.bpmn": diagram},
            catalogue,
            lambda key: {"script.bpmn": (called or {})[key]} if key in others else None,
        )
        releases = Releases(self.api.database)
        release = await releases.reserve(content, author="test")
        await releases.published(release, secrets.token_hex(4), f"{script}:{release.number}", "test")
        return release.number

    async def start(self, script: str) -> None:
        new = NewSession(uuid4(), script, "main", "crm", None, None, None, None, {}, "c", "test")
        assert await Sessions(self.api.database).create(new)

    async def pinned(self) -> str:
        functions = (await self.declarations.now()).functions
        return Pin.of(functions[self.function], functions).digest

    async def uses(self, path: str) -> list[Json]:
        answer = await self.api.request("GET", path, key="key-author")
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def replace(self, digest: str, key: str = "key-head-publisher") -> Any:
        body = {"digest": digest, "reason": "billing has moved"}
        return await self.api.request("POST", f"/functions/{self.function}/replacements", key=key, json=body)


@pytest.fixture
async def ground(app: FastAPI, api: Api) -> Ground:
    ground = Ground(api, app.state.declarations, f"billing.f{secrets.token_hex(4)}")
    await ground.declare(0)
    return ground


@pytest.fixture
def script() -> str:
    return f"reached_{secrets.token_hex(4)}"


async def test_a_function_reaches_what_calls_it_and_what_calls_that(ground: Ground, script: str) -> None:
    whole = f"caller_{script}"
    diagram = calling(script, ground.function)
    await ground.publish(script, diagram)
    await ground.publish(whole, calling(whole, called=script), {script: diagram})
    for _ in range(2):
        await ground.start(script)
    uses = await ground.uses(f"/functions/{ground.function}/uses")
    assert [(use["script"], use["element"], use["sessions"], use["rolled_out"]) for use in uses] == [
        (whole, f"{script}/call", 0, True),
        (script, "call", 2, True),
    ]
    assert {use["digest"] for use in uses} == {await ground.pinned()}
    in_system = await ground.uses("/systems/billing/uses")
    assert [use for use in in_system if use["function"] == ground.function] == uses
    missing = await ground.api.request("GET", "/systems/nowhere/uses", key="key-author")
    assert (missing.status_code, problem(missing)) == (404, "declaration-unknown")


async def test_a_function_reaches_what_calls_a_group_with_it(ground: Ground, script: str) -> None:
    group = f"{ground.function}_all"
    declared = {
        "name": group,
        "title": {"ru": "Всё", "en": "All"},
        "effect": "read",
        "call": {"group": {"functions": {"one": ground.function}}},
        "outputs": {"tariff": "one.tariff"},
    }
    body = {"revision": 0, "declaration": declared}
    assert (await ground.api.request("PUT", f"/functions/{group}", key="key-author", json=body)).status_code == 200
    await ground.publish(script, calling(script, group))
    [use] = await ground.uses(f"/functions/{ground.function}/uses")
    assert (use["script"], use["function"]) == (script, group)


async def test_a_called_script_and_its_files_reach_who_holds_them(ground: Ground, script: str) -> None:
    whole, diagram = f"caller_{script}", bpmn(script)
    await ground.publish(script, diagram)
    await ground.publish(whole, calling(whole, called=script), {script: diagram})
    await ground.start(whole)
    [use] = await ground.uses(f"/scripts/{script}/uses")
    assert (use["script"], use["sessions"], use["element"]) == (whole, 1, None)
    of_file = await ground.uses(f"/scripts/{script}/uses?file=script.bpmn")
    assert {use["script"] for use in of_file} == {script, whole}
    assert await ground.uses(f"/scripts/{script}/uses?file=other.form") == []


async def test_what_has_left_the_engine_is_not_reached(ground: Ground, script: str) -> None:
    await ground.publish(script, calling(script, ground.function))
    await ground.api.database.fetch_all(
        "UPDATE releases SET definition_id = NULL, deployment_id = NULL, retired_at = now() WHERE script = %s"
        " RETURNING 1",
        (script,),
    )
    assert await ground.uses(f"/functions/{ground.function}/uses") == []


async def test_a_contract_that_scripts_can_not_tell_apart_takes_the_place(ground: Ground, script: str) -> None:
    await ground.publish(script, calling(script, ground.function))
    then = await ground.pinned()
    await ground.declare(1, call={"http": {"method": "GET", "path": "/v2/tariff"}})
    now = await ground.pinned()
    assert (await ground.replace(then, key="key-author")).status_code == 403
    made = await ground.replace(then)
    assert (made.status_code, made.json()["by_digest"]) == (201, now)
    [use] = await ground.uses(f"/functions/{ground.function}/uses")
    assert (use["digest"], use["replaced_by"]) == (then, now)
    [listed] = await ground.uses(f"/functions/{ground.function}/replacements")
    assert (listed["reason"], listed["replaced_by"]) == ("billing has moved", "key:head-publisher")
    path = f"/functions/{ground.function}/replacements/{then}"
    assert (await ground.api.request("DELETE", path, key="key-head-publisher")).status_code == 204
    again = await ground.api.request("DELETE", path, key="key-head-publisher")
    assert (again.status_code, problem(again)) == (404, "nothing-pinned")
    rows = await ground.api.database.fetch_all(
        "SELECT actor, data FROM journal WHERE type = 'pin_replaced' AND data ->> 'function' = %s ORDER BY id",
        (ground.function,),
    )
    assert [(row["actor"], row["data"]["by_digest"]) for row in rows] == [
        ("key:head-publisher", now),
        ("key:head-publisher", None),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"outputs": {"tariff": "response.tariff", "more": "response.more"}},
        {"outputs": {"tariff": {"value": "response.tariff", "type": "integer"}}},
        {"inputs": [{"name": "account", "type": "string"}]},
        {"errors": [{"when": "status = 404", "bpmn_error": "GONE"}]},
    ],
)
async def test_a_contract_that_scripts_can_tell_apart_does_not(
    ground: Ground, script: str, fields: dict[str, Any]
) -> None:
    await ground.publish(script, calling(script, ground.function))
    then = await ground.pinned()
    await ground.declare(1, **fields)
    answer = await ground.replace(then)
    assert (answer.status_code, problem(answer)) == (409, "contract-differs")


async def test_only_what_is_pinned_is_replaced(ground: Ground, script: str) -> None:
    await ground.publish(script, calling(script, ground.function))
    same = await ground.replace(await ground.pinned())
    assert (same.status_code, problem(same)) == (409, "contract-differs")
    unknown = await ground.replace("0" * 64)
    assert (unknown.status_code, problem(unknown)) == (404, "nothing-pinned")
