"""A session that has ended as a test case: answers of the journal, the way of the engine, values of snapshots."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import yaml

from engine import Engine, PassedElement
from player_api.forms.answers import as_json
from player_api.recordings.deciding import ReleasedScript
from player_api.recordings.errors import RecordingGone, SessionUnfinished
from player_api.recordings.stand_ins import StandIns
from player_api.releases.cases.case import read_case
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from player_api.sessions.trail import Trail, read_trail
from store.journal import Event, EventType, Journal, RecordedEvent
from store.release_files import ReleaseFiles
from store.sessions import Sessions, SessionState, StoredSession
from store.snapshots import AT_START, Snapshots

_OF_EVERY_SESSION = ("tenant", "customer", "correlationId")
_TIMERS = frozenset({"boundaryTimer", "intermediateTimer"})
_LONGEST_LINE = 140
Written = dict[str, Any]


@dataclass(frozen=True)
class Recorder:
    """Makes cases of sessions.

    Attributes:
        engine: remembers which elements a session came to.
        sessions: of all tenants.
        journal: has what was answered.
        snapshots: have what each step saw, for some time after a session's end.
        files: of releases.
    """

    engine: Engine
    sessions: Sessions
    journal: Journal
    snapshots: Snapshots
    files: ReleaseFiles

    @classmethod
    def of(cls, context: SessionContext, files: ReleaseFiles) -> Self:
        """Compose one of what sessions take."""
        return cls(context.engine, context.sessions, context.journal, context.snapshots, files)

    async def record(self, caller: Caller, session_id: UUID) -> bytes:
        """Return a session as the file of a test case, without personal data, and write down that it was recorded.

        Texts have stand-ins of the same shape. What the script decides by stays.

        Args:
            caller: who wants it.
            session_id: of a session of the caller's tenant.

        Raises:
            SessionNotFound: the tenant has none with this id.
            SessionUnfinished: it has not come to an end of its script.
            RecordingGone: what its steps saw is not kept any more.
            EngineError: the engine can't be reached.
            StoreUnavailable: the database can't be reached.
        """
        session = await self.sessions.find(session_id, caller.tenant)
        if session is None:
            raise SessionNotFound("there is no such session")
        if session.state is not SessionState.ENDED or session.result is None:
            raise SessionUnfinished("only a session that has come to an end of its script can be recorded")
        walked = await self._walked(session)
        if not walked.seen:
            raise RecordingGone("what the steps of this session saw is kept no longer")
        script = ReleasedScript.of(await self.files.closed(session.script, session.release))
        case = _Writing(session, script, walked).case()
        content: bytes = yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=_LONGEST_LINE).encode()
        read_case(content)
        data = {"script": session.script, "release": session.release}
        await self.journal.record(
            Event(
                EventType.SESSION_RECORDED,
                tenant=caller.tenant,
                session=session.id,
                actor=caller.name,
                correlation_id=caller.correlation_id,
                data=data,
            )
        )
        return content

    async def _walked(self, session: StoredSession) -> "_Walked":
        events = await self.journal.of_session(session.id, session.tenant)
        passed: list[tuple[str, PassedElement]] = []
        for instance in await self.engine.history.instances(str(session.id)):
            process = instance.definition_id.partition(":")[0]
            passed += [(process, element) for element in await self.engine.history.passed(instance.id)]
        passed.sort(key=lambda one: one[1].started)
        return _Walked(events, read_trail(events), passed, await self.snapshots.all(session.id))


@dataclass(frozen=True)
class _Walked:
    """What is known of a session's walk: its events, answers, elements with their processes, and what steps saw."""

    events: Sequence[RecordedEvent]
    trail: Trail
    passed: Sequence[tuple[str, PassedElement]]
    seen: Mapping[str, Mapping[str, Any]]


@dataclass
class _Writing:
    """Writes the case of one session."""

    session: StoredSession
    script: ReleasedScript
    walked: _Walked
    stand_ins: StandIns = field(init=False)

    def __post_init__(self) -> None:
        personal = {name for event in self.walked.events for name in event.data.get("pii", ())}
        self.stand_ins = StandIns(
            self.script.personal | personal | {"customer"}, self.script.decided_by, random.SystemRandom()
        )
        for values in (*self.walked.seen.values(), *(one.answers for one in self.walked.trail.answered)):
            self.stand_ins.know(values)

    def case(self) -> Written:
        answered = self.walked.trail.answered
        result = self.session.result or {}
        given = {name: value for name, value in self._seen(AT_START).items() if name not in _OF_EVERY_SESSION}
        variables = {name: value for name, value in (result.get("variables") or {}).items() if value is not None}
        steps = [one.key for one in answered if one.key not in self.script.starts]
        case: Written = {"name": f"Записано из разговора / Recorded from a session, {self.session.created_at:%Y-%m-%d}"}
        if given:
            case["variables"] = self.stand_ins.instead(given)
        case["answers"] = self._happenings()
        if calls := self._calls():
            case["functions"] = calls
        case["expect"] = {"steps": steps, "end": result.get("end")}
        if variables:
            case["expect"]["variables"] = self.stand_ins.instead(variables)
        return case

    def _seen(self, step: str) -> Mapping[str, Any]:
        return {name: as_json(value, is_day=False) for name, value in self.walked.seen.get(step, {}).items()}

    def _happenings(self) -> list[Written]:
        happened: list[tuple[datetime, Written]] = []
        for one in self.walked.trail.answered:
            answer: Written = {"step": one.key}
            if one.answers:
                answer["answers"] = self.stand_ins.instead(one.answers)
            happened.append((one.at, answer))
        for event in self.walked.events:
            if event.type is EventType.MESSAGE_RECEIVED:
                message: Written = {"message": event.data["name"]}
                if event.data.get("variables"):
                    message["variables"] = self.stand_ins.instead(event.data["variables"])
                happened.append((event.at, message))
        for _, element in self.walked.passed:
            if element.type in _TIMERS and element.ended is not None and not element.cancelled:
                happened.append((element.ended, {"timer": element.element}))
        happened.sort(key=lambda one: one[0])
        return [what for _, what in happened]

    def _calls(self) -> dict[str, list[Written]]:
        by_hand = {one.key for one in self.walked.trail.answered}
        calls: dict[str, list[Written]] = {}
        for process, element in self.walked.passed:
            pin = self.script.pins.get((process, element.element))
            if pin is None or element.ended is None or self._was_set_aside(element):
                continue
            if element.element in by_hand:
                call: Written = {"failure": "recorded: it failed, and a person answered"}
            elif not element.cancelled:
                call = {"outputs": self._outputs(element.ended, list(pin.contract.outputs))}
            else:
                code = self._caught(process, element)
                if code is None:
                    continue  # something else ended it before it answered
                rules = (rule for rule in pin.contract.errors if rule.bpmn_error == code)
                names = [name for rule in rules for name in rule.outputs]
                call = {"bpmn_error": code}
                if outputs := self._outputs(element.ended, names):
                    call["outputs"] = outputs
            calls.setdefault(pin.name, []).append(call)
        return calls

    def _outputs(self, since: datetime, names: Sequence[str]) -> Written:
        """The values of outputs as the next step saw them; what no step saw is left out."""
        later = (one.step for one in self.walked.trail.answered if one.at >= since)
        seen = self._seen(step) if (step := next(later, None)) is not None else {}
        found = {name: seen[name] for name in names if seen.get(name) is not None}
        return self.stand_ins.instead(found)

    def _caught(self, process: str, call: PassedElement) -> str | None:
        """The code of the error with which a call ended, None where it ended otherwise."""
        for other, element in self.walked.passed:
            place = (other, element.element)
            at_once = call.ended is not None and abs((element.started - call.ended).total_seconds()) < 1
            if other == process and at_once and self.script.hosts.get(place) == call.element:
                return self.script.errors.get(place)
        return None

    def _was_set_aside(self, call: PassedElement) -> bool:
        """Whether somebody has gone back past a call."""
        answers = {event.data["step"]: event.at for event in self.walked.events if event.type is EventType.ANSWER_GIVEN}
        for event in self.walked.events:
            if event.type is EventType.BACK_DONE:
                gone = [answers[step] for step in event.data["set_aside"] if step in answers]
                if gone and min(gone) <= call.started <= event.at:
                    return True
        return False
