"""WCAG 2.2 AA as far as axe can tell, with everything open that can be; and roles, where axe is silent."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Response, expect

from bench.player import scripts
from stack.running import Running
from tests.acceptance.billing import Billing
from tests.browser.crm import Crm
from tests.browser.looking import Complaints, Pictures, findings


@pytest.fixture(scope="session")
def various_forms(stack: Running, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A script with fields of every kind; its key comes after those of the shipped ones."""
    folder = Path(tmp_path_factory.mktemp("scripts")) / scripts.SCRIPT
    scripts.write(folder)
    scripts.publish(stack, folder)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing(crm: Crm, axe: str, various_forms: None, pictures: Pictures, colours: str) -> None:
    page, player = crm.page, crm.player
    await page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found[name] = await findings(page, axe)
        await pictures.take(page, name)

    await crm.take_call("1000000002")
    await look("list")
    await player.host.get_by_role("button", name="Много форм").last.click()
    await expect(player.heading).to_have_text("Шаг step_1")
    await look("step")
    await player.host.get_by_role("combobox", name="Причина").click()
    await expect(player.host.get_by_role("option").first).to_be_visible()
    await look("select")
    await page.keyboard.press("Escape")
    await player.button("hand_off").click()
    await expect(player.host.get_by_role("dialog")).to_be_visible()
    await look("handoff")
    await page.keyboard.press("Escape")
    await player.button("end").click()
    await expect(player.host.get_by_role("dialog")).to_be_visible()
    await look("cancel")
    await page.keyboard.press("Escape")
    await player.button("keys").click()
    await expect(player.host.get_by_role("dialog")).to_be_visible()
    await look("keys")
    for word in ("Заметки", "Ход разговора"):
        await page.keyboard.press("Escape")
        await player.host.get_by_role("button", name=word).click()
        await expect(player.host.get_by_role("dialog", name=word)).to_be_visible()
        await look(word)
    await page.keyboard.press("Escape")
    await player.button("end").click()
    await player.host.get_by_role("dialog").get_by_role("button", name="Завершить").click()
    await expect(player.host.get_by_role("heading", name="Разговор прекращён")).to_be_visible()
    await look("over")
    assert {name: said for name, said in found.items() if said} == {}


GIVES_UP = {
    "type": "urn:script-manager:problem:back-needs-confirmation",
    "title": "Going back would give up parallel branches",
    "status": 409,
    "branches": ["Измерение линии"],
}


def is_start(response: Response) -> bool:
    return response.request.method == "POST" and response.url.partition("?")[0].endswith("/api/v1/sessions")


async def test_axe_finds_nothing_while_systems_are_asked_and_when_others_come_between(
    crm: Crm, axe: str, stack: Running, billing: Billing, pictures: Pictures, complaints: Complaints
) -> None:
    page, host = crm.page, crm.player.host
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found[name] = await findings(page, axe)
        await pictures.take(page, name)

    await crm.take_call("1000000002")
    async with page.expect_response(is_start) as begun:
        await crm.player.start()
    session = (await (await begun.value).json())["id"]
    await billing.behave(latency_ms={"fixed": 1800})
    await crm.player.account.fill("1000000321")  # nobody else asks for it, so no cache knows it
    await crm.player.next()
    await host.get_by_role("heading", name="Спрашиваем у систем").wait_for()
    await look("working")
    await billing.behave()
    await expect(crm.player.button("back")).to_be_enabled()
    await page.route("**/back*", lambda route: route.fulfill(status=409, json=GIVES_UP))
    await crm.player.button("back").click()
    await expect(host.get_by_role("dialog", name="Вернуться назад?")).to_be_visible()
    await look("back")
    complaints.take("status of 409")
    await page.keyboard.press("Escape")
    await _claim(stack, session)
    await host.get_by_role("button", name="Забрать себе").click()
    await expect(host.get_by_role("dialog", name="Забрать себе")).to_be_visible()
    await look("takeover")
    assert {name: said for name, said in found.items() if said} == {}


async def _claim(stack: Running, session: str) -> None:
    """Another operator takes the session."""
    async with httpx.AsyncClient(base_url=f"{stack.urls['facade']}/api/v1") as api:
        headers = {"Authorization": f"Bearer {stack.credentials.api_keys.operator}"}
        body = {"takeover": True, "reason": "подменяю"}
        (await api.post(f"/sessions/{session}/claim", json=body, headers=headers)).raise_for_status()


async def test_roles_where_axe_is_silent(crm: Crm, various_forms: None) -> None:
    host = crm.player.host
    await crm.take_call("1000000002")
    await host.get_by_role("button", name="Много форм").last.click()
    select = host.get_by_role("combobox", name="Причина")
    await expect(select).to_have_attribute("aria-expanded", "false")
    await select.click()
    await expect(select).to_have_attribute("aria-expanded", "true")
    await expect(host.get_by_role("listbox").get_by_role("option")).to_have_count(5)
    await crm.page.keyboard.press("ArrowDown")
    active = await select.get_attribute("aria-activedescendant")
    await expect(host.locator(f"[id='{active}']")).to_have_role("option")
    await crm.page.keyboard.press("Enter")
    await expect(select).to_have_attribute("aria-expanded", "false")

    await expect(host.get_by_role("radiogroup", name="Вид обращения").get_by_role("radio")).to_have_count(5)
    await expect(host.get_by_role("group", name="Что уже пробовали").get_by_role("checkbox")).to_have_count(5)
    await expect(host.get_by_role("textbox", name="Имя")).to_be_editable()
