import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from store.backs import Back, Backs
from store.database import Database
from store.effects import Effect, EffectKind, Effects, EffectState
from store.inputs import Inputs
from store.journal import Event, EventType, Journal
from store.snapshots import Snapshots, columns

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def session() -> UUID:
    return uuid4()


@pytest.fixture
def backs(database: Database) -> Backs:
    return Backs(database)


def intent(session: UUID, key: str | None = None) -> Back:
    return Back(uuid4(), session, "step", key, "operator", "c-1", {"moves": [], "undone": ["x"]})


def event(session: UUID, kind: EventType = EventType.BACK_BEGUN) -> Event:
    return Event(kind, session=session, data={"back": "b"})


async def test_of_many_intents_at_once_one_is_taken(backs: Backs, session: UUID) -> None:
    begun = await asyncio.gather(*(backs.begin(intent(session), event(session)) for _ in range(5)))
    assert sorted(begun) == [False, False, False, False, True]


async def test_an_intent_is_one_s_until_it_is_let_go(backs: Backs, database: Database, session: UUID) -> None:
    back = intent(session, "key")
    assert await backs.begin(back, event(session))
    assert await backs.claim(session) is None, "who begins it has it"
    await backs.let_go(back.id)
    claims = await asyncio.gather(*(backs.claim(session) for _ in range(4)))
    assert [claim for claim in claims if claim] == [back]
    await database.fetch_one("UPDATE backs SET claimed_until = now() - interval '1 s' WHERE id = %s", (back.id,))
    assert await backs.claim(session) == back, "a dead one's is taken over"


async def test_what_was_done_is_remembered_until_the_session_is_over(
    backs: Backs, database: Database, session: UUID
) -> None:
    await Inputs(database).save(session, "typed", {"x": 1}, "operator")
    back = intent(session, "key")
    await backs.begin(back, event(session))
    assert await Inputs(database).of_session(session) == {}
    await backs.keep(back.id, {"moves": [], "undone": ["y"]}, moved=True)
    assert await backs.end(back.id, event(session, EventType.BACK_DONE))
    assert not await backs.end(back.id, event(session, EventType.BACK_DONE)), "once"
    assert [made.plan["undone"] for made in await backs.made(session)] == [["y"]]
    found = await backs.find(session, "key")
    assert found is not None
    assert found.id == back.id
    assert [told.type for told in await Journal(database).trail(session, LONG_AGO)] == ["back_begun", "back_done"]
    assert await backs.begin(intent(session), event(session)), "the next one may begin"


async def test_an_intent_that_was_given_up_is_as_if_never_asked_for(backs: Backs, session: UUID) -> None:
    back = intent(session, "key")
    await backs.begin(back, event(session))
    await backs.end(back.id, event(session, EventType.BACK_GIVEN_UP))
    assert await backs.find(session, "key") is None
    assert await backs.made(session) == []


async def test_snapshots_keep_what_json_can_t(database: Database, session: UUID) -> None:
    seen = {
        "n": 1,
        "d": 1.5,
        "t": "текст",
        "b": True,
        "none": None,
        "j": {"a": [1]},
        "at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    await database.fetch_one(
        "INSERT INTO snapshots (session, step, variables, times) VALUES (%(session)s, 's', %(variables)s, %(times)s)",
        {"session": session, **columns(seen)},
    )
    assert await Snapshots(database).of(session, "s") == seen
    assert await Snapshots(database).of(session, "other") is None


async def test_calls_to_undo_come_the_latest_first_and_once(database: Database, session: UUID) -> None:
    effects = Effects(database)
    for number in range(3):
        effect = Effect(
            f"{session}-{number}", "f", str(session), "a", "c", kind=EffectKind.COMPENSABLE, inputs={"n": number}
        )
        await effects.begin(effect)
        state = EffectState.REFUSED if number == 1 else EffectState.DONE
        await effects.settle(Effect(effect.key, "f", str(session), "a", "c", state, {"o": number}))
    await effects.begin(Effect(f"{session}-x", "f", str(session), "a", "c"))
    calls = await effects.undoable(session)
    assert [(call.inputs, call.outputs) for call in calls] == [({"n": 2}, {"o": 2}), ({"n": 0}, {"o": 0})]
    await effects.note_undo(calls[0].key, "instance-1")
    assert await effects.undo_instances(session) == {"instance-1"}
    await effects.undone(calls[0].key)
    await effects.undone(calls[0].key)
    assert [call.key for call in await effects.undoable(session)] == [calls[1].key]
    states = [
        told.data["state"]
        for told in await Journal(database).trail(session, LONG_AGO)
        if told.data["key"] == calls[0].key
    ]
    assert states == ["begun", "done", "undone"]
