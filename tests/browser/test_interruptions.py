"""What browsers and networks do: nothing is lost, and nothing happens twice."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

import pytest
from playwright.async_api import Route, expect

from tests.acceptance.billing import Billing
from tests.browser.crm import Crm
from tests.browser.looking import Complaints

ACCOUNT = "1000000001"
UNASKED = "1000000005"
"""Owes, too; no other test here asks for its balance, which the platform would remember."""
NETWORK = ("net::ERR_", "Failed to load resource", "Failed to fetch")
"""What a browser itself says on its console when a request fails; the player must not."""


@pytest.fixture(autouse=True)
def _failing_requests_are_expected(complaints: Complaints) -> Iterator[None]:
    yield
    complaints.take(*NETWORK)


async def to_the_offer(crm: Crm) -> None:
    await crm.take_call(ACCOUNT)
    await crm.player.start()
    await crm.player.next()
    await crm.player.is_at("tell_debt")
    await crm.player.choose("yes")
    await crm.player.next()
    await crm.player.is_at("choose_offer")


async def choose(crm: Crm) -> None:
    await crm.player.choose("offer")
    await crm.player.host.get_by_label("Клиент согласен с условиями").check()


async def reload(crm: Crm) -> None:
    """The page is loaded anew: the same step, with the same input."""
    await crm.player.is_saved()
    await crm.page.reload()
    await crm.player.is_at("choose_offer")
    await expect(crm.player.host.get_by_role("radio", name=crm.player.words["offer"])).to_be_checked()
    await expect(crm.player.host.get_by_label("Клиент согласен с условиями")).to_be_checked()
    await crm.player.next()


async def go_offline(crm: Crm) -> None:
    """No network while the answer is sent: it waits, and goes by itself when there is one."""
    await crm.page.context.set_offline(offline=True)
    await crm.player.next()
    await expect(crm.player.host.get_by_text("Нет связи", exact=False).first).to_be_visible()
    await crm.page.context.set_offline(offline=False)


async def lose_the_answer(crm: Crm) -> None:
    """The answer arrives, what the server says to it doesn't: sent again, it happens once."""
    lost: list[str] = []

    async def lose(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        await route.fetch()
        await route.abort()

    await crm.page.route("**/submit*", lose)
    async with crm.page.expect_request(lambda request: bool(lost) and "/submit" in request.url) as again:
        await crm.player.next()
    assert (await again.value).headers["idempotency-key"] == lost[0]


@pytest.mark.parametrize("interrupt", [reload, go_offline, lose_the_answer])
async def test_a_promise_is_made_once_whatever_happens_on_the_way(
    crm: Crm, billing: Billing, interrupt: Callable[[Crm], Awaitable[None]]
) -> None:
    await to_the_offer(crm)
    await choose(crm)
    await interrupt(crm)
    await crm.player.is_at("tell_promise")
    assert len(await billing.promises(ACCOUNT)) == 1


async def test_while_a_system_is_slow_it_is_named_and_the_rest_of_the_page_works(crm: Crm, billing: Billing) -> None:
    await crm.take_call(ACCOUNT)
    await billing.behave(latency_ms={"fixed": 1800})
    await crm.player.start()
    await crm.player.account.fill(UNASKED)  # by hand: what the page hands over is asked ahead
    named = crm.player.host.get_by_role("article").filter(has_text="Спрашиваем у систем").filter(has_text="«Биллинг»")
    await crm.player.next()
    await named.wait_for()
    await crm.player.is_at("tell_debt")


async def test_notes_are_there_at_another_workplace(crm: Crm) -> None:
    await crm.take_call(ACCOUNT)
    await crm.player.start()
    notes = crm.player.host.get_by_role("dialog").get_by_role("textbox", name="Заметки")
    opens = crm.player.host.get_by_role("button", name="Заметки")
    async with crm.page.expect_response(lambda response: response.url.endswith("/notes")) as kept:
        await opens.click()
        await notes.fill("Просил перезвонить в шесть")
    assert (await kept.value).ok
    await crm.page.evaluate(
        "Object.keys(localStorage).filter(key => key.includes(':notes:')).forEach(key => localStorage.removeItem(key))"
    )
    await crm.page.reload()
    await crm.player.is_at("ask_account")
    await opens.click()
    await expect(notes).to_have_value("Просил перезвонить в шесть")


async def test_keys_pressed_before_the_form_is_there_are_not_lost(crm: Crm) -> None:
    arrives = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrives.wait()
        await route.continue_()

    await crm.page.route("**/chunks/show-*", hold)
    await crm.take_call(ACCOUNT)
    await crm.player.host.get_by_role("searchbox").fill(crm.player.words["start"])
    await crm.page.keyboard.press("Enter")
    await crm.player.is_at("ask_account")
    await crm.page.keyboard.type("42")
    arrives.set()
    await expect(crm.player.account).to_have_value(re.compile("42"))


async def test_a_token_that_has_expired_is_renewed_by_the_page(crm: Crm) -> None:
    await crm.take_call(ACCOUNT)
    await crm.player.start()
    async with crm.page.expect_response("**/api/player-tokens") as asked:
        await crm.player.host.evaluate("player => { player.token = 'expired' }")
        await crm.player.account.fill("1000000002")
        await crm.player.next()
    assert (await asked.value).status == 201
    await expect(crm.player.heading).to_have_text("Обещанный платёж не нужен")
