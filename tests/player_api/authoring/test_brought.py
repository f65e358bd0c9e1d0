"""Functions that scripts bring."""

import secrets

import pytest
from fastapi import FastAPI

from player_api.authoring.closing import ClosedDraft
from player_api.authoring.context import AuthoringContext
from player_api.functions.desk import DeclarationDesk
from player_api.releases.errors import ReleaseRefused
from store.declarations import Kind
from store.drafts import Draft
from store.releases import ReleaseContent, Releases
from tests.player_api.api import Api
from tests.player_api.authoring.scripts import bpmn


@pytest.fixture
def function() -> str:
    """The name of a function that nobody declares."""
    return f"billing.brought_{secrets.token_hex(4)}"


def declared(function: str, *, output: str = "debt", deadline: str = "2s") -> dict[str, bytes]:
    text = f"""
name: {function}
title: {{ru: Долг, en: Debt}}
system: billing
effect: read
inputs:
  - {{name: account, type: string, required: true}}
call: {{http: {{method: GET, path: "/accounts/{{account}}/balance"}}}}
outputs: {{{output}: "response.balance"}}
deadline: {deadline}
"""
    return {f"functions/{function}.yaml": text.encode()}


class Ground:
    def __init__(self, app: FastAPI, api: Api, script: str) -> None:
        self.context: AuthoringContext = app.state.authoring
        self.declarations: DeclarationDesk = app.state.declarations
        self.releases = Releases(api.database)
        self.script = script

    async def close(self, files: dict[str, bytes]) -> ClosedDraft:
        return await self.context.closing.close(Draft(self.script, 1, {"script.bpmn": bpmn(self.script), **files}))

    async def publish(self, files: dict[str, bytes]) -> list[str]:
        closed = await self.close(files)
        names = await self.declarations.declare(closed.functions, "test")
        release = await self.releases.reserve(closed.content, author="test")
        await self.releases.published(release, "d", f"{self.script}:1", "test")
        return names

    async def call_from_another_script(self, function: str) -> str:
        other = f"script_{secrets.token_hex(6)}"
        content = ReleaseContent(other, other, [], {}, secrets.token_bytes(32), functions={"call": function})
        release = await self.releases.reserve(content, author="test")
        await self.releases.published(release, "e", f"{other}:1", "test")
        return other


@pytest.fixture
def ground(app: FastAPI, api: Api, script: str) -> Ground:
    return Ground(app, api, script)


async def test_a_function_is_declared_once_its_script_is_published(ground: Ground, function: str) -> None:
    closed = await ground.close(declared(function))
    assert [one.name for one in closed.functions] == [function]
    assert function not in (await ground.declarations.known()).functions
    assert await ground.publish(declared(function)) == [function]
    assert (await ground.declarations.read(Kind.FUNCTION, function)).revision == 1
    assert await ground.publish(declared(function)) == []


async def test_what_was_changed_since_stays_where_the_script_has_not_changed_it(ground: Ground, function: str) -> None:
    await ground.publish(declared(function))
    [changed] = (await Ground.close(ground, declared(function, deadline="3s"))).functions
    await ground.declarations.declare([changed], "administrator")
    assert await ground.publish(declared(function)) == []
    assert (await ground.declarations.read(Kind.FUNCTION, function)).declaration["deadline"] == "3s"
    assert await ground.publish(declared(function, deadline="4s")) == [function]


async def test_what_other_scripts_rely_on_is_not_changed(ground: Ground, function: str) -> None:
    await ground.publish(declared(function))
    other = await ground.call_from_another_script(function)
    with pytest.raises(ReleaseRefused) as refused:
        await ground.close(declared(function, output="sum"))
    [finding] = refused.value.findings
    assert finding.file == f"functions/{function}.yaml"
    assert other in str(finding)
    assert (await ground.close(declared(function, deadline="5s"))).functions
