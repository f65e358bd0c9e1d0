"""``./scripts/walk``: from a terminal to billing and back."""

import asyncio
import json
import re
from asyncio.subprocess import PIPE
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import Engine, InstanceState
from stack.folder import ROOT
from stack.running import Running
from tests.acceptance.billing import Billing
from tests.acceptance.cases import CASES, READY_ANSWERS
from tests.acceptance.operator import Json, Operator

ENDS = {case.name: (case.end, case.outcome) for case in CASES}
SESSION = re.compile(r"^session ([0-9a-f-]{36}), promised_payment release \d+$", re.MULTILINE)
FUNCTION = re.compile(r"→ ([\w.]+) (\w+), \d+ ms")


@dataclass(frozen=True)
class Walked:
    status: int
    said: str
    complaint: str


async def walk(stack: Running, answers: Path) -> Walked:
    command = [str(ROOT / "scripts" / "walk"), "promised_payment", "--answers", str(answers)]
    process = await asyncio.create_subprocess_exec(
        *command, "--data", str(stack.folder.path), stdout=PIPE, stderr=PIPE, cwd=ROOT
    )
    said, complaint = await asyncio.wait_for(process.communicate(), 60)
    return Walked(process.returncode or 0, said.decode(), complaint.decode())


async def test_ready_answers_lead_to_the_ends_that_they_are_named_after(
    stack: Running, operator: Operator, billing: Billing, engine: Engine
) -> None:
    before = await billing.seen()
    walks = await asyncio.gather(*(walk(stack, file) for file in READY_ANSWERS))
    called: Counter[str] = Counter()
    for file, walked in zip(READY_ANSWERS, walks, strict=True):
        assert walked.status == 0, f"{file.name}: {walked.complaint}"
        session = await _ended(operator, engine, walked, *ENDS[file.stem])
        shown = [function for function, _ in FUNCTION.findall(walked.said)]
        journal = await operator.functions_called(session, len(shown))
        assert shown == [event["function"] for event in journal]
        called.update(event["function"] for event in journal if event["source"] == "call")
    assert called == Counter(call["function"] for call in await billing.calls(after=before))
    assert {end for end, _ in ENDS.values()} == {ENDS[file.stem][0] for file in READY_ANSWERS}


async def _ended(operator: Operator, engine: Engine, walked: Walked, end: str, outcome: str) -> Json:
    """The session of a walk, which must have ended there."""
    assert f'"end": "{end}"' in walked.said
    found = SESSION.search(walked.said)
    assert found
    session: Json = (await operator.api.get(f"/sessions/{found[1]}")).json()
    assert (session["result"]["end"], session["result"]["variables"]["outcome"]) == (end, outcome)
    instance = await engine.history.instance(found[1])
    assert instance is not None
    assert instance.state is InstanceState.COMPLETED
    return session


async def test_the_person_at_the_terminal_goes_back(
    stack: Running, operator: Operator, billing: Billing, engine: Engine, tmp_path: Path
) -> None:
    answers = {
        "ask_account": [{"account": "1000000001"}, {"account": "1000000002"}],
        "tell_debt": {"<": "ask_account"},
        "say_no_debt": {},
    }
    (file := tmp_path / "answers.json").write_text(json.dumps(answers))
    before = await billing.seen()
    walked = await walk(stack, file)
    assert walked.status == 0, walked.complaint
    session = await _ended(operator, engine, walked, "end_no_debt", "no_debt")
    assert walked.said.count("ask_account, step 1 of 2 at least") == 2
    types = [event["type"] for event in await operator.history(session) if event["type"] != "function_called"]
    assert types == [
        "session_started",
        "answer_given",
        "back_begun",
        "back_done",
        "answer_given",
        "answer_given",
        "session_ended",
    ]
    assert [call["function"] for call in await billing.calls(after=before)] == ["billing.get_balance"] * 2


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"ask_account": {"<": ""}}, "The session did not go back; see above."),
        ({}, "The answers have nothing (more) for the step ask_account."),
        ({"ask_account": {"account": "12"}}, "The answers to ask_account are not valid."),
    ],
)
async def test_answers_that_lead_nowhere_end_in_a_sentence(
    stack: Running, tmp_path: Path, answers: dict[str, object], sentence: str
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers))
    walked = await walk(stack, file)
    assert (walked.status, walked.complaint.strip()) == (1, sentence)
    assert "Traceback" not in walked.said
