"""How far a publication has come, as a stream."""

import asyncio
import json
from typing import Any

import pytest
from pydantic import BaseModel

from player_api.authoring.errors import DraftRefused
from player_api.authoring.progress import Progress, Stage, Tell, followed
from player_api.releases.errors import ReleaseRefused
from player_api.releases.rules import Rule


class Done(BaseModel):
    release: int


def read(event: bytes) -> tuple[str, Any]:
    kind, data = event.decode().splitlines()[:2]
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_each_stage_is_told_and_then_what_came_of_it() -> None:
    async def publication(tell: Tell) -> Done:
        tell(Progress(stage=Stage.CHECK))
        await asyncio.sleep(0)
        tell(Progress(stage=Stage.TEST, done=1, of=2))
        return Done(release=3)

    assert [read(event) async for event in followed(publication)] == [
        ("progress", {"stage": "check"}),
        ("progress", {"stage": "test", "done": 1, "of": 2}),
        ("published", {"release": 3}),
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            DraftRefused(ReleaseRefused([Rule.FORM.at("script.bpmn", "ask", "не так", "is wrong")])),
            (422, "release-refused", 1),
        ),
        (RuntimeError("a secret"), (500, "internal", None)),
    ],
)
async def test_a_refusal_is_the_last_event(error: Exception, expected: tuple[int, str, int | None]) -> None:
    async def publication(_tell: Tell) -> Done:
        raise error

    [(kind, problem)] = [read(event) async for event in followed(publication)]
    findings = problem.get("findings")
    found = (problem["status"], problem["type"].rpartition(":")[2], findings and len(findings))
    assert (kind, found) == ("problem", expected)
    assert "secret" not in str(problem)


async def test_who_stops_listening_stops_the_publication() -> None:
    stopped = asyncio.Event()

    async def publication(tell: Tell) -> Done:
        tell(Progress(stage=Stage.CHECK))
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return Done(release=1)

    events = followed(publication)
    assert read(await anext(events))[0] == "progress"
    await events.aclose()
    await asyncio.wait_for(stopped.wait(), 5)
