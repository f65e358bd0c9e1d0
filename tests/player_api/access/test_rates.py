import secrets

import pytest

from player_api.access.errors import RateExceeded
from player_api.access.principal import Principal
from player_api.access.rates import Rates
from store.database import Database
from store.keys import Limits
from store.request_counts import RequestCounts
from tests.player_api.api import Api, problem


def caller(requests_a_minute: int | None = None, kind: str = "key") -> Principal:
    limits = Limits(requests_a_minute=requests_a_minute)
    return Principal(f"{kind}:{secrets.token_hex(4)}", "main", frozenset({"bot"}), limits)


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(60_000_000 * 60 + 15)


@pytest.fixture
def processes(database: Database, clock: Clock) -> list[Rates]:
    """Facades side by side."""
    return [Rates(RequestCounts(database), a_person=3, a_key=100, clock=clock) for _ in range(2)]


def taken(rates: Rates, who: Principal) -> int:
    """How many more requests pass."""
    for count in range(1000):
        try:
            rates.take(who)
        except RateExceeded:
            return count
    raise AssertionError("nothing is refused")


@pytest.mark.parametrize(("who", "allowed"), [(caller(), 100), (caller(7), 7), (caller(kind="operator"), 3)])
def test_so_many_pass_in_a_minute(processes: list[Rates], clock: Clock, who: Principal, allowed: int) -> None:
    rates = processes[0]
    assert taken(rates, who) == allowed
    with pytest.raises(RateExceeded) as refused:
        rates.take(who)
    assert refused.value.retry_after == 45
    clock.now += 45
    assert taken(rates, who) == allowed


def test_callers_do_not_count_for_each_other(processes: list[Rates]) -> None:
    one, namesake = caller(3), caller(3)
    assert [taken(processes[0], who) for who in (one, namesake)] == [3, 3]
    elsewhere = Principal(one.name, "north", one.roles, one.limits)
    assert taken(processes[0], elsewhere) == 3


async def test_processes_count_together(processes: list[Rates], clock: Clock) -> None:
    here, there = processes
    who = caller(100)
    for _ in range(60):
        here.take(who)
    there.take(who)
    for _ in range(10):
        there.take(who)
    for _ in range(2):
        await here.share()
        await there.share()
    assert taken(there, who) == 100 - 60 - 11
    await there.share()
    here.take(who)
    for _ in range(10):
        here.take(who)
    await here.share()
    assert taken(here, who) == 0


async def test_of_rare_callers_nothing_is_told(processes: list[Rates], database: Database) -> None:
    who = caller(1000)
    for _ in range(20):
        processes[0].take(who)
    await processes[0].share()
    assert await database.fetch_all("SELECT 1 FROM request_counts WHERE principal = %s", (who.identity,)) == []


async def test_what_was_counted_before_the_minute_turned_is_not_counted_again(
    processes: list[Rates], clock: Clock
) -> None:
    who = caller(10)
    assert taken(processes[0], who) == 10
    clock.now += 60
    await processes[0].share()
    assert taken(processes[0], who) == 10


async def test_too_many_requests_are_a_problem_that_says_when_to_go_on(api: Api) -> None:
    body = {"name": f"k-{secrets.token_hex(4)}", "roles": ["bot"], "requests_a_minute": 1}
    key = (await api.request("POST", "/keys", key="key-admin", json=body)).json()["key"]
    # The minute may turn between two requests, not between each of five.
    answers = [await api.request("GET", "/scripts", key=key) for _ in range(5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 3
    assert problem(refused[0]) == "rate-exceeded"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
