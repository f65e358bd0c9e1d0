"""A whole script, from the call to the case's outcome: by keyboard, by mouse, in both languages."""

from playwright.async_api import expect

from tests.acceptance.billing import Billing
from tests.browser.crm import Crm
from tests.browser.looking import Pictures

ACCOUNT = "1000000001"


async def test_by_mouse_in_russian(crm: Crm, billing: Billing, pictures: Pictures) -> None:
    await crm.take_call(ACCOUNT)
    player = crm.player
    await player.start()
    await expect(player.account).to_have_value(ACCOUNT)
    await player.next()
    await player.is_at("tell_debt")
    await expect(player.host.get_by_role("region", name="Скажите")).to_contain_text("125,50\N{NO-BREAK SPACE}₽")
    await pictures.take(crm.page, "tell_debt")
    await player.choose("yes")
    await player.next()
    await player.is_at("choose_offer")
    await player.choose("offer")
    await player.host.get_by_label("Клиент согласен с условиями").check()
    await player.next()
    await player.is_at("tell_promise")
    await player.next()
    await player.has_finished()

    await expect(crm.toasts).to_contain_text("Обещанный платёж подключён")  # gone after some seconds
    await expect(crm.status).to_have_text("решено")
    await expect(crm.case).to_contain_text("Обещанный платёж подключён")
    await expect(crm.case).to_contain_text("1\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}₽")
    await pictures.take(crm.page, "end")
    [promise] = await billing.promises(ACCOUNT)
    assert promise["amount"]["amount"] == 100_000


async def test_by_keyboard_alone_in_english(english_crm: Crm, billing: Billing, pictures: Pictures) -> None:
    """The mouse is never touched: not to take the call, not in the script, not afterwards."""
    page, player = english_crm.page, english_crm.player
    press = page.keyboard.press
    await english_crm.open()
    await page.evaluate("localStorage.clear()")
    await press("n")
    await expect(page.get_by_role("button", name="Answer (Enter)")).to_be_focused()
    await press("Enter")
    await expect(player.host.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("Обещ")
    await press("Enter")
    await player.is_at("ask_account")
    await expect(player.account).to_be_focused()
    await press("Enter")

    await player.is_at("tell_debt")
    await expect(player.host.get_by_role("radio").first).to_be_focused()
    await player.next_by_key()
    await expect(player.host.get_by_role("alert")).to_be_visible()
    await press("1")
    await expect(player.host.get_by_role("radio", name="Yes, it would")).to_be_checked()
    await player.next_by_key()

    await player.is_at("choose_offer")
    await expect(player.host.get_by_role("radio").first).to_be_focused()
    await press("ArrowDown")
    chosen = player.host.get_by_role("radio", checked=True)
    await expect(chosen).to_be_focused()
    await press("Tab")
    await press("Space")
    await player.next_by_key()
    await player.is_at("tell_promise")
    await player.next_by_key()
    await player.has_finished()
    await pictures.take(page, "end")

    await expect(english_crm.status).to_have_text("solved")
    await expect(english_crm.case).to_contain_text("Promised payment made")
    assert len(await billing.promises(ACCOUNT)) == 1


async def test_the_language_changes_in_the_middle_of_a_step(crm: Crm) -> None:
    await crm.take_call("1000000002")
    await crm.player.start()
    await crm.player.account.fill("1000000")
    await crm.page.locator("#language").select_option("en")
    english = crm.player.host
    await expect(english.get_by_role("textbox", name="Account number")).to_have_value("1000000")
    await expect(english.get_by_role("button", name="Next")).to_be_visible()
    await expect(crm.page.locator("#case-title")).to_contain_text("Case CRM-")
    assert await crm.page.evaluate("document.documentElement.lang") == "en"
