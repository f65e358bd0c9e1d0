"""Pages of others that hold the player: plain HTML and React."""

from playwright.async_api import expect

from tests.acceptance.billing import Billing
from tests.browser.conftest import NewContext
from tests.browser.looking import Pictures
from tests.browser.player import Player

NO_DEBT = "1000000002"


async def test_plain_html(examples: str, new_context: NewContext, billing: Billing, pictures: Pictures) -> None:
    """A script that begins by itself, and a second player that comes and goes."""
    page = await (await new_context()).new_page()
    await page.goto(f"{examples}/plain.html")
    first = Player(page, "ru", page.locator("#first"))
    await first.is_at("ask_account")
    await first.account.fill(NO_DEBT)
    await first.next()
    await expect(first.heading).to_have_text("Обещанный платёж не нужен")

    toggle = page.get_by_role("button", name="Another player")
    await toggle.click()
    second = Player(page, "ru", page.locator("script-player").nth(1))
    await expect(second.host.get_by_role("button", name=second.words["start"])).to_be_visible()
    await pictures.take(page, "two")
    await toggle.click()
    await expect(page.locator("script-player")).to_have_count(1)

    await first.next()
    await first.has_finished()
    await expect(page.locator("#last")).to_contain_text("end_no_debt")


async def test_react(examples: str, new_context: NewContext, billing: Billing) -> None:
    """Shown, taken away, shown again: the conversation goes on where it was; React hears how it ended."""
    page = await (await new_context(locale="en-GB")).new_page()
    await page.goto(f"{examples}/react.html")
    player = Player(page, "en")
    await player.start()
    await expect(player.account).to_have_value(NO_DEBT)
    await player.next()
    await expect(player.heading).to_have_text("No promised payment is needed")
    await page.get_by_role("button", name="Remove").click()
    await expect(player.host).to_have_count(0)
    await page.get_by_role("button", name="Show").click()
    await expect(player.heading).to_have_text("No promised payment is needed")
    await player.next()
    await player.has_finished()
    await expect(page.locator("main > p")).to_contain_text("-")
