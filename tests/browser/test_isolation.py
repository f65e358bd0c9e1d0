"""The CRM's keys and looks stay outside of the player, and the player's inside."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import NewContext
from tests.browser.crm import Crm

STYLES = """host => {
  const names = `fontFamily fontSize fontStyle fontWeight letterSpacing wordSpacing textIndent textTransform lineHeight
    textAlign boxSizing float color backgroundColor borderTopStyle borderTopWidth borderRadius paddingLeft marginTop
    minHeight cursor userSelect`.split(/\\s+/);
  const selectors = ['h1', 'h2', 'input', 'label', 'button', 'p', '.hint', '.form'];
  return Object.fromEntries(selectors.map((selector) => {
    const style = getComputedStyle(host.shadowRoot.querySelector(selector));
    return [selector, Object.fromEntries(names.map((name) => [name, style[name]]))];
  }));
}"""


async def test_the_page_s_hotkeys_are_not_triggered_from_within(crm: Crm) -> None:
    await crm.take_call("1000000001")
    await crm.player.start()
    await crm.player.account.fill("")
    address = crm.page.url
    await crm.player.account.press_sequentially("nhmjk/")
    await expect(crm.player.account).to_have_value("nhmjk/")
    for key in ("Control+s", "Escape"):
        await crm.page.keyboard.press(key)
    await expect(crm.page.locator("#dialog")).to_be_hidden()
    await expect(crm.page.locator("#hold")).to_have_text("Удержать (H)")
    await expect(crm.page.locator("#mute")).to_have_text("Без звука (M)")
    await expect(crm.toasts.get_by_text("Обращение сохранено")).to_have_count(0)
    assert crm.page.url == address


async def test_outside_of_it_they_work(crm: Crm) -> None:
    await crm.take_call("1000000001")
    await crm.page.locator("#card").focus()
    for key, element, text in (("h", "#hold", "Снять с удержания (H)"), ("m", "#mute", "Со звуком (M)")):
        await crm.page.keyboard.press(key)
        await expect(crm.page.locator(element)).to_have_text(text)
    await crm.page.keyboard.press("Control+s")
    await expect(crm.toasts).to_contain_text("Обращение сохранено")
    await crm.page.keyboard.press("Escape")
    await expect(crm.page.locator("#hold")).to_have_count(0)
    await expect(crm.status).to_have_text("закрыто")


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_it_looks_as_on_a_page_without_any_style(
    crm: Crm, examples: str, new_context: NewContext, colours: str
) -> None:
    await crm.page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    await crm.take_call("1000000002")
    await crm.player.start()
    await expect(crm.player.account).to_be_visible()
    await crm.page.mouse.move(0, 0)
    seen = await crm.player.host.evaluate(STYLES)

    page = await (await new_context(color_scheme=colours)).new_page()
    await page.goto(f"{examples}/plain.html")
    # Everything that the example's own style sheet says about the page is taken away too.
    await page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach((each) => each.remove())")
    plain = page.locator("#first")
    await expect(plain.get_by_role("textbox").first).to_be_visible()
    assert seen == await plain.evaluate(STYLES)
