"""How it looks, kept as pictures under var/browser: narrow, wide, light, dark, with errors, at work, degraded."""

import pytest
from playwright.async_api import expect

from stack.running import Running
from tests.acceptance.billing import Billing
from tests.browser.conftest import NewContext
from tests.browser.crm import Crm
from tests.browser.looking import Pictures, findings

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PLAYER_FITS = (
    "host => host.shadowRoot.querySelector('.root').scrollWidth <= Math.ceil(host.getBoundingClientRect().width)"
)


WIDEST = 1280
STAY = {"2-error", "5-choices", "6-degraded", "7-end"}
"""What is there until somebody acts, so that it can be looked at closely."""


@pytest.mark.parametrize(
    "shown",
    [
        (320, "light"),
        (320, "dark"),
        (480, "forced"),
        pytest.param((480, "light"), marks=pytest.mark.long),
        pytest.param((480, "dark"), marks=pytest.mark.long),
        (1280, "light"),
        (1280, "dark"),
    ],
    ids=lambda shown: "-".join(map(str, shown)),
)
async def test_every_width_in_all_colours(
    stack: Running,
    billing: Billing,
    new_context: NewContext,
    pictures: Pictures,
    axe: str,
    shown: tuple[int, str],
) -> None:
    width, colours = shown
    scheme = {"forced_colors": "active"} if colours == "forced" else {"color_scheme": colours}
    context = await new_context(viewport={"width": width, "height": 900}, **scheme)
    crm = Crm(await context.new_page(), stack.urls["crm"], "ru")

    async def look(name: str) -> None:
        await pictures.take(crm.page, name)
        assert await crm.page.evaluate(FITS), name
        assert await crm.player.host.evaluate(PLAYER_FITS), name
        if width == WIDEST and name in STAY:
            assert await findings(crm.page, axe) == [], name

    await crm.take_call("1000000002")
    await look("1-list")
    await crm.player.start()
    await crm.player.account.fill("12")
    await crm.player.next()
    await expect(crm.player.host.get_by_role("alert")).to_be_visible()
    await look("2-error")
    await billing.behave(latency_ms={"fixed": 1500})
    await crm.player.account.fill("1000000001")
    await crm.player.next()
    # Waited for frame by frame: it may be gone before an expectation looks again.
    await crm.player.host.get_by_role("heading", name="Спрашиваем у систем").wait_for()
    await look("3-working")
    await crm.player.is_at("tell_debt")
    await billing.behave()
    await look("4-step")
    await crm.player.choose("yes")
    await crm.player.next()
    await crm.player.is_at("choose_offer")
    await look("5-choices")
    await crm.player.choose("offer")
    await crm.player.host.get_by_label("Клиент согласен с условиями").check()
    await billing.behave(down=True)
    await crm.player.next()
    await expect(crm.player.host.get_by_role("heading", name="Система не ответила")).to_be_visible()
    await look("6-degraded")
    await billing.behave()
    await crm.player.ask_again_until("tell_promise")
    await crm.player.next()
    await crm.player.has_finished()
    await look("7-end")
