import asyncio
import dataclasses

import pytest

from engine import Engine, EngineRejected
from tests.contract.ground import Ground, unique


async def _signs_in(ground: Ground, user: str, password: str) -> None:
    async with Engine(dataclasses.replace(ground.settings, user=user, password=password)) as engine:
        await engine.version()


async def test_a_user_is_made_once_and_gets_the_password_of_the_last_time(ground: Ground) -> None:
    own = ground.settings.password or ""
    user = unique("user")
    users = ground.engine.users
    await asyncio.gather(*(users.provision(user, "первый пароль", own_password=own) for _ in range(4)))
    await _signs_in(ground, user, "первый пароль")
    await users.provision(user, "second", own_password=own)
    await _signs_in(ground, user, "second")
    await ground.forget_user(user)


async def test_an_engine_has_a_group_of_administrators_under_one_of_the_names_alone(ground: Ground) -> None:
    user = unique("user")
    await ground.engine.users.provision(user, "first", own_password=ground.settings.password or "")
    groups = [await ground.send("GET", f"/group?id={name}") for name in ("camunda-admin", "operaton-admin")]
    assert sorted(map(len, groups)) == [0, 1]
    await ground.forget_user(user)


async def test_a_password_is_changed_by_who_knows_their_own(ground: Ground) -> None:
    # The administrator is one of the test's own: Camunda locks out for a while whose password was wrong.
    admin, user = unique("admin"), unique("user")
    await ground.engine.users.provision(admin, "right", own_password=ground.settings.password or "")
    async with Engine(dataclasses.replace(ground.settings, user=admin, password="right")) as engine:
        await engine.users.provision(user, "first", own_password="right")
        with pytest.raises(EngineRejected):
            await engine.users.provision(user, "second", own_password="wrong")
    await _signs_in(ground, user, "first")
    await ground.forget_user(user)
    await ground.forget_user(admin)
