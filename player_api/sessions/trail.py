"""How a session has come to where it is: the answers that count, told by the journal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from player_api.forms.told import ToldAnswer
from store.journal import EventType, RecordedEvent


@dataclass(frozen=True)
class Answered:
    """A step that was answered, and still counts.

    Attributes:
        step: the step's id.
        key: its element's id in the BPMN.
        name: as it was shown.
        answers: what was accepted, by field.
        told: the same in the words of the form.
        at: when.
        by: who answered.
        channel: where the session was then.
        definition: id of the process definition that the element is in; None for a function's manual entry.
    """

    step: str
    key: str
    name: str | None
    answers: Mapping[str, Any]
    told: tuple[ToldAnswer, ...]
    at: datetime
    by: str | None
    channel: str | None
    definition: str | None


@dataclass(frozen=True)
class Irreversible:
    """An irreversible call that was made, or may have been.

    Attributes:
        function: which.
        activity: id of the service task that called it.
        at: when it was begun.
    """

    function: str
    activity: str
    at: datetime


@dataclass(frozen=True)
class Trail:
    """The way of a session.

    Attributes:
        answered: the steps that count, in the order of their answers.
        irreversible: the calls that can't be taken back, in their order.
        proposals: answers that a Back has set aside and nothing has replaced since, by the element's id.
        going_back: an intent to go back is being carried out.
    """

    answered: tuple[Answered, ...] = ()
    irreversible: tuple[Irreversible, ...] = ()
    proposals: Mapping[str, Answered] = field(default_factory=dict)
    going_back: bool = False

    def irreversible_since(self, moment: datetime) -> Irreversible | None:
        """Return the first call that was begun after a moment and can't be taken back, None where there is none."""
        return next((call for call in self.irreversible if call.at > moment), None)


def read_trail(events: Iterable[RecordedEvent]) -> Trail:
    """Follow a session's events, oldest first."""
    answered: dict[tuple[str, str], Answered] = {}
    irreversible: dict[str, Irreversible] = {}
    proposals: dict[str, Answered] = {}
    going_back: set[str] = set()
    for event in events:
        data = event.data
        match event.type:
            case EventType.ANSWER_GIVEN:
                answered.pop(place := (data["step"], data["idempotency_key"]), None)
                answered[place] = _answered(event)
                proposals.pop(data["key"], None)
            case EventType.ANSWER_REFUSED:
                answered.pop((data["step"], data["idempotency_key"]), None)
            case EventType.BACK_BEGUN:
                going_back.add(data["back"])
            case EventType.BACK_GIVEN_UP:
                going_back.discard(data["back"])
            case EventType.BACK_DONE:
                going_back.discard(data["back"])
                gone = [place for place in answered if place[0] in data["set_aside"]]
                proposals |= {one.key: one for one in map(answered.pop, gone)}
            case EventType.EFFECT if data.get("kind") == "compensable":
                continue
            case EventType.EFFECT if data["state"] in {"begun", "done"}:
                irreversible.setdefault(data["key"], Irreversible(data["function"], data["activity_id"], event.at))
            case EventType.EFFECT:
                irreversible.pop(data["key"], None)
    by_step = {one.step: one for one in answered.values()}
    return Trail(tuple(by_step.values()), tuple(irreversible.values()), proposals, bool(going_back))


def _answered(event: RecordedEvent) -> Answered:
    data = event.data
    return Answered(
        step=data["step"],
        key=data["key"],
        name=data.get("name"),
        answers=data["answers"],
        told=tuple(ToldAnswer.model_validate(one) for one in data.get("told", ())),
        at=event.at,
        by=event.actor,
        channel=data.get("channel"),
        definition=data.get("definition"),
    )
