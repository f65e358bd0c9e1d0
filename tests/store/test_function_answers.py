import asyncio
import secrets
from datetime import timedelta

from store.database import Database
from store.effects import Effects
from store.function_answers import FunctionAnswers, Place
from tests.functions.exercise_shared import exercise_answers, exercise_effects


async def test_answers_do_what_policies_rely_on(database: Database) -> None:
    await database.fetch_one("TRUNCATE function_answers, function_leases, function_generations")
    await exercise_answers(FunctionAnswers(database), asyncio.sleep)


async def test_effects_do_what_policies_rely_on(database: Database) -> None:
    await database.fetch_one("TRUNCATE effects")
    await exercise_effects(Effects(database), "8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11")


async def test_of_many_at_once_one_gets_the_lease(database: Database) -> None:
    place = Place(secrets.token_hex(8), "tag")
    minute = timedelta(minutes=1)
    answers = FunctionAnswers(database)
    found = await asyncio.gather(
        *(answers.find(place, fresh=minute, holder=f"worker-{n}", lease=minute) for n in range(10))
    )
    assert sum(look.leased for look in found) == 1


async def test_what_has_ended_is_deleted(database: Database) -> None:
    answers = FunctionAnswers(database)
    place, minute = Place(secrets.token_hex(8), "tag"), timedelta(minutes=1)
    generation = (await answers.find(place, fresh=minute, holder="a", lease=minute)).generation
    await answers.keep(place, generation, {}, holder="a", keep_for=timedelta(0))
    assert await answers.forget_old() >= 1


async def test_questions_of_one_moment_do_not_disturb_each_other(database: Database) -> None:
    answers, minute = FunctionAnswers(database), timedelta(minutes=1)
    places = [Place(secrets.token_hex(8), "tag") for _ in range(5)]

    async def asked(place: Place) -> None:
        found = await answers.find(place, fresh=minute, holder="a", lease=minute)
        assert found.leased
        await answers.keep(place, found.generation, {"key": place.key}, holder="a", keep_for=minute)

    await asyncio.gather(*map(asked, places))
    twice = await asyncio.gather(*(answers.find(p, fresh=minute, holder="b", lease=minute) for p in places * 2))
    assert [found.answer and found.answer.outputs for found in twice] == [{"key": p.key} for p in places * 2]
    assert not any(found.leased for found in twice)
