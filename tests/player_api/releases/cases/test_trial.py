"""Cases run on the real engine, beside live workers that never see them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from engine import Engine
from functions.catalogue import Catalogue
from player_api.releases.cases import Trial
from player_api.releases.cases.trial import TENANT
from player_api.releases.close import close, deployable
from player_api.releases.folder import read_beside
from stack.folder import ROOT
from store.releases import ReleaseContent
from tests.eventually import eventually

SCRIPTS = sorted(folder.parent.name for folder in (ROOT / "bpmn").glob("*/tests"))
PAYMENT = ROOT / "bpmn" / "promised_payment"
PROMISED = yaml.safe_load((PAYMENT / "tests" / "promised.yaml").read_text(encoding="utf-8"))


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def closed(folder: Path, catalogue: Catalogue) -> ReleaseContent:
    executed = {
        name: content for name, content in files_of(folder).items() if name.endswith((".bpmn", ".form", ".dmn"))
    }
    return close(folder.name, executed, catalogue, partial(read_beside, folder))


@pytest.mark.parametrize("script", SCRIPTS)
async def test_every_shipped_case_passes_and_all_is_covered(
    trial: Trial, engine: Engine, catalogue: Catalogue, script: str
) -> None:
    folder = ROOT / "bpmn" / script
    report = await trial.run(closed(folder, catalogue), files_of(folder))
    assert {case.file: case.differences for case in report.failed} == {}
    assert report.coverage is not None
    assert (report.coverage.elements.missed, report.coverage.branches.missed) == ([], [])


def changed(**parts: Any) -> dict[str, Any]:
    return {**PROMISED, **parts}


def expecting(**parts: Any) -> dict[str, Any]:
    return changed(expect={**PROMISED["expect"], **parts})


def calling(function: str, **parts: Any) -> dict[str, Any]:
    [call] = PROMISED["functions"][function]
    return changed(functions={**PROMISED["functions"], function: [{**call, **parts}]})


GIVEN = PROMISED["answers"]
BALANCE, PROMISE = "billing.get_balance", "billing.create_promised_payment"
ENTERED = PROMISED["functions"][BALANCE][0]["outputs"]
WRONG: Mapping[str, tuple[Any, list[tuple[str, str | None]]]] = {
    "right": (PROMISED, []),
    "unreadable": ({"name": "x"}, [("unreadable", None)]),
    "other_step": (changed(answers=[GIVEN[0], GIVEN[2]]), [("other_step", "tell_debt")]),
    "answer_missing": (changed(answers=GIVEN[:1]), [("answer_missing", "tell_debt")]),
    "no_step": (changed(answers=[*GIVEN, GIVEN[1]]), [("no_step", "tell_debt")]),
    "no_message": (changed(answers=[{"message": "paid"}, *GIVEN]), [("no_message", "paid")]),
    "no_timer": (changed(answers=[{"timer": "too_late"}, *GIVEN]), [("no_timer", "too_late")]),
    "answer_refused": (
        changed(answers=[{**GIVEN[0], "answers": {"account": "x"}}]),
        [("answer_refused", "ask_account")],
    ),
    "unanswered_call": (changed(functions={}), [("unanswered_call", BALANCE)]),
    "other_input": (calling(BALANCE, inputs={"account": "1"}), [("other_input", BALANCE)]),
    "no_such_output": (calling(PROMISE, outputs={"promise": 1}), [("no_such_output", PROMISE)]),
    "not_called": (
        changed(functions={**PROMISED["functions"], BALANCE: PROMISED["functions"][BALANCE] * 2}),
        [("not_called", BALANCE)],
    ),
    "uncaught": (
        {**calling(BALANCE, outputs=None), "functions": {BALANCE: [{"bpmn_error": "NOBODY_CATCHES"}]}},
        [("engine_refused", "get_balance")],
    ),
    "by_hand": (
        {
            **changed(answers=[GIVEN[0], {"step": "get_balance", "answers": ENTERED}, *GIVEN[1:]]),
            "functions": {**PROMISED["functions"], BALANCE: [{"failure": "down"}]},
            "expect": {**PROMISED["expect"], "steps": ["ask_account", "get_balance", *PROMISED["expect"]["steps"][1:]]},
        },
        [],
    ),
    "other_steps": (expecting(steps=["ask_account"]), [("other_steps", None)]),
    "other_end": (expecting(end="end_declined"), [("other_end", "end_promised")]),
    "other_variable": (expecting(variables={"days": 3}), [("other_variable", None)]),
    "said": (expecting(texts={"tell_debt": ["125,50 ₽"]}), []),
    "not_said": (expecting(texts={"tell_debt": ["125,50 ₽", "Спасибо"]}), [("not_said", "tell_debt")]),
}


async def test_what_is_not_as_a_case_says_is_told_with_its_place(trial: Trial, catalogue: Catalogue) -> None:
    cases = {f"tests/{name}.yaml": yaml.safe_dump(case).encode() for name, (case, _) in WRONG.items()}
    told: list[tuple[int, int]] = []
    report = await trial.run(closed(PAYMENT, catalogue), cases, lambda done, of: told.append((done, of)))
    found = {Path(case.file).stem: [(one.rule, one.place) for one in case.differences] for case in report.cases}
    assert found == {name: expected for name, (_, expected) in sorted(WRONG.items())}
    assert all(one.ru != one.en for case in report.cases for one in case.differences)
    assert told == [(done, len(WRONG) - 1) for done in range(len(WRONG))]


SET = ROOT / "tests" / "script_set" / "scripts"


def answered(*happenings: str) -> list[dict[str, Any]]:
    """Steps, and `message: NAME` or `timer: ELEMENT`."""
    pairs = (happening.rpartition(": ") for happening in happenings)
    return [{kind or "step": name} for kind, _, name in pairs]


@pytest.mark.parametrize(
    ("script", "happenings"),
    [
        ("set_messages", ["message: set_call", "ask", "note", "message: set_paid", "thank"]),
        ("set_timers", ["timer: too_late", "timer: pause", "after"]),
        ("set_async", ["first", "second"]),
    ],
)
async def test_messages_come_and_time_passes_when_the_case_says(
    trial: Trial, script: str, happenings: list[str]
) -> None:
    files = {name: content.replace(b"PT0.", b"P1DT") for name, content in files_of(SET / script).items()}
    steps = [happening for happening in happenings if ":" not in happening]
    case = {"name": "x", "answers": answered(*happenings), "expect": {"steps": steps, "end": "end"}}
    content = close(script, files, Catalogue())
    report = await trial.run(content, {"tests/x.yaml": yaml.safe_dump(case).encode()})
    assert [case.differences for case in report.cases] == [[]]


async def test_no_live_worker_sees_what_is_tested(engine: Engine, catalogue: Catalogue) -> None:
    """A live worker serves the same function for a session that came later, and leaves the tested one alone."""
    content = closed(PAYMENT, catalogue)
    files = deployable(content.files, content.script, "test/none")
    deployments = [
        await engine.deployments.create("none", files, source="tests", tenant_id=tenant) for tenant in (TENANT, None)
    ]
    tested, live = [await _asked_for_balance(engine, made.definitions[content.script]) for made in deployments]

    async def is_served() -> bool:
        return not await engine.external_tasks.waiting([live])

    await eventually(is_served)
    [task] = await engine.external_tasks.waiting([tested])
    assert (task.topic, task.worker_id, task.lock_expires) == (BALANCE, None, None)
    for made in deployments:
        await engine.deployments.delete(made.id, cascade=True)


async def _asked_for_balance(engine: Engine, definition: str) -> str:
    key = str(uuid4())
    instance = await engine.processes.start(
        definition, business_key=key, variables={"correlation_id": "c", "tenant": "main"}
    )
    [task] = await engine.user_tasks.waiting(key)
    await engine.user_tasks.complete(task.id, {"account": "1000000001"})
    return instance.id


async def test_nothing_is_left_of_a_run_and_what_a_killed_one_left_is_removed(
    trial: Trial, engine: Engine, catalogue: Catalogue
) -> None:
    folder = ROOT / "bpmn" / "text_chat_basics"
    content = closed(folder, catalogue)
    killed = await engine.deployments.create("killed", dict(content.files), source="tests", tenant_id=TENANT)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    run = asyncio.create_task(trial.run(content, files_of(folder)))

    async def has_begun() -> bool:
        return len(await engine.deployments.of_tenant(TENANT, soon)) == 2

    await eventually(has_begun)
    run.cancel()
    await asyncio.wait([run])

    async def only_the_killed_one_is_left() -> bool:
        return await engine.deployments.of_tenant(TENANT, soon) == [killed.id]

    await eventually(only_the_killed_one_is_left)
    await replace(trial, left_behind=timedelta(minutes=-1)).run(content, files_of(folder))
    assert await engine.deployments.of_tenant(TENANT, soon) == []
