"""The sessions that are replayed: made once from the conversations with a fixed seed, and kept beside this file."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue

CONVERSATIONS = Path(__file__).parent / "conversations"
WORKLOAD = Path(__file__).parent / "workload.jsonl"
SEED = 20261123
SESSIONS = 1_000
CALL_AGAIN = 0.2
"""Share of the sessions in which a customer calls again."""
WITHIN = 3600.0
"""Seconds, from the end of a session, in which its customer calls again."""
THINKING = (5.0, 30.0)
"""Seconds that a step takes an operator and a customer, evenly spread."""
STEPS = 10
"""Thinking times that are drawn for a session; a longer one begins again with the first."""
ACCOUNTS = range(1_000_000_001, 1_000_001_001)
"""The customers of the demo systems."""

Answers = Mapping[str, JsonValue]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Written):
    """One way to answer a step.

    Attributes:
        share: how often it is chosen, relative to the others.
        answers: by field; may hold the places ``{account}`` and ``{wrong_account}``, and ``{option: N}``.
    """

    share: float = Field(gt=0)
    answers: Answers


class Conversation(_Written):
    """How one script is walked.

    Attributes:
        share: how often it is walked, relative to other scripts.
        known: share of sessions in which the CRM knows the customer.
        variables: what the CRM hands on of a customer whom it knows.
        answers: ways to answer each step that needs an answer.
    """

    script: str
    channel: str
    share: float = Field(gt=0)
    known: float = Field(ge=0, le=1)
    variables: Answers
    answers: Mapping[str, Sequence[Choice]]


class Walk(_Written):
    """One session that is replayed.

    Attributes:
        number: from 1.
        account: of the customer.
        known: the CRM says who the customer is, and hands ``variables`` on.
        answers: by step, where it needs any; a step that is visited again is answered as before.
        thinking: seconds, step by step.
        follows: the session after whose end this customer calls again.
        gap: seconds from that end.
    """

    number: int
    script: str
    channel: str
    account: str
    known: bool
    variables: Answers
    answers: Mapping[str, Answers]
    thinking: Sequence[float]
    follows: int | None = None
    gap: float = 0.0


def conversations(folder: Path = CONVERSATIONS) -> list[Conversation]:
    """Read how the scripts are walked."""
    return [Conversation.model_validate(yaml.safe_load(file.read_bytes())) for file in sorted(folder.glob("*.yaml"))]


def make(scripts: Sequence[Conversation], seed: int = SEED, sessions: int = SESSIONS) -> Iterator[Walk]:
    """Make the sessions: the same for the same conversations and seed, each customer's second call after the first."""
    chance = random.Random(seed)  # noqa: S311 - made-up sessions
    again = round(sessions * CALL_AGAIN)
    customers = chance.sample(ACCOUNTS, sessions - again)
    calling_again = sorted(chance.sample(range(1, len(customers) + 1), again))
    for number, account in enumerate(customers, 1):
        yield _walk(number, str(account), scripts, chance)
    for number, earlier in enumerate(calling_again, len(customers) + 1):
        gap = round(chance.uniform(0, WITHIN), 1)
        walk = _walk(number, str(customers[earlier - 1]), scripts, chance)
        yield walk.model_copy(update={"follows": earlier, "gap": gap})


def _walk(number: int, account: str, scripts: Sequence[Conversation], chance: random.Random) -> Walk:
    [script] = chance.choices(scripts, [script.share for script in scripts])
    known = chance.random() < script.known
    places = {"{account}": account, "{wrong_account}": f"0{account[:-1]}"}
    chosen = {
        step: chance.choices(choices, [choice.share for choice in choices])[0].answers
        for step, choices in script.answers.items()
    }
    return Walk(
        number=number,
        script=script.script,
        channel=script.channel,
        account=account,
        known=known,
        variables=_filled(script.variables, places) if known else {},
        answers={step: _filled(answers, places) for step, answers in chosen.items() if answers},
        thinking=[round(chance.uniform(*THINKING), 1) for _ in range(STEPS)],
    )


def _filled(answers: Answers, places: Mapping[str, str]) -> Answers:
    return {
        field: places.get(answer, answer) if isinstance(answer, str) else answer for field, answer in answers.items()
    }


def read(file: Path = WORKLOAD) -> list[Walk]:
    """Read the sessions that were made."""
    return [Walk.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]


def write(walks: Iterable[Walk], file: Path = WORKLOAD) -> None:
    """Keep sessions, a line each."""
    lines = (walk.model_dump_json(exclude_defaults=True) for walk in walks)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
