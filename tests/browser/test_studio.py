"""A script is changed and published in the studio, and new sessions show it."""

import pytest
from playwright.async_api import expect

from stack.running import Running
from tests.acceptance.billing import Billing
from tests.browser.conftest import NewContext
from tests.browser.looking import Complaints, Pictures, findings
from tests.browser.studio import Studio, authors, draft_of_its_own

ACCOUNT = "1000000001"
OTHER_ACCOUNT = "1000000005"
SCRIPT = "studio_payment"


@pytest.fixture
async def studio(stack: Running, new_context: NewContext) -> Studio:
    context = await new_context()
    return Studio(await context.new_page(), stack)


async def told(stack: Running, script: str) -> str:
    """What a new session of a script says about the debt of the account."""
    async with authors(stack, "operator") as operator:
        body = {"script": script, "channel": "crm", "customer": "studio"}
        started = (await operator.post("/sessions", json=body)).raise_for_status().json()
        answers = {"step": started["step"]["id"], "answers": {"account": ACCOUNT}}
        headers = {"Idempotency-Key": started["id"]}
        answered = await operator.post(f"/sessions/{started['id']}/submit?wait=20", json=answers, headers=headers)
        step = answered.raise_for_status().json()["step"]
        said = next(each for each in step["form"]["components"] if each.get("id") == "say")["text"]
        for name, value in step["data"].items():
            said = said.replace("{{" + name + "}}", str(value))
        await operator.post(f"/sessions/{started['id']}/cancel", json={"reason": "tried"})
        return str(said)


async def test_a_text_and_an_input_are_changed_and_published(
    stack: Running, billing: Billing, studio: Studio, pictures: Pictures
) -> None:
    page = studio.page
    await draft_of_its_own(stack, SCRIPT)
    await studio.sign_in(stack.credentials.api_keys.publisher)
    await page.get_by_role("searchbox").fill(SCRIPT)
    await page.get_by_role("link", name=SCRIPT).click()

    await studio.button("Опубликовать").click()
    dialog = page.get_by_role("dialog", name="Публикация черновика")
    await dialog.get_by_role("button", name="Опубликовать").click()
    await expect(dialog.get_by_text("Опубликован выпуск 1.")).to_be_visible(timeout=60_000)
    await pictures.take(page, "1-published")
    await page.keyboard.press("Escape")
    assert (await told(stack, SCRIPT)).startswith("Анна Сергеевна, долг на вашем счёте — 125,50")

    await studio.select("get_balance")
    await page.get_by_label("Номер лицевого счёта", exact=True).fill(OTHER_ACCOUNT)
    await studio.save()
    await studio.link("Формы").click()
    await studio.button("tell_debt").click()
    await page.locator(".fjs-form-editor .fjs-element[data-field-type=text]").click()
    await page.get_by_text("Общее", exact=True).last.click()
    text = page.locator("[data-entry-id=text] [contenteditable=true]")
    await text.fill("{{customer_name}}, по счёту числится {{debt_text}}.")
    await pictures.take(page, "2-text")
    await studio.save()
    await expect(page.get_by_role("complementary", name="Замечания").get_by_text("Замечаний нет")).to_be_visible()

    await page.get_by_role("region", name="Тестовые примеры").get_by_role("button", name="Прогнать").click()
    await expect(page.get_by_role("alert")).to_contain_text("8 из 9", timeout=60_000)
    await studio.link("Выпуски").click()
    changes = page.get_by_role("region", name="Что изменилось").get_by_role("listitem")
    await expect(changes).to_have_count(2)
    await expect(changes.first).to_contain_text(f"вход «account» — было «${{account}}», стало «{OTHER_ACCOUNT}»")
    await expect(page.locator(".diff-canvas [data-element-id=get_balance].diff-changed")).to_be_visible()
    await pictures.take(page, "3-diff")

    await studio.button("Опубликовать").click()
    await dialog.get_by_role("button", name="Опубликовать").click()
    await expect(dialog.get_by_text("Не прошли тестовые примеры")).to_be_visible(timeout=60_000)
    await pictures.take(page, "4-cases-failed")
    await dialog.get_by_label("Почему").fill("Примеры ещё для прежнего счёта")
    await dialog.get_by_role("button", name="Опубликовать всё равно").click()
    await expect(dialog.get_by_text("Опубликован выпуск 2.")).to_be_visible(timeout=60_000)
    await pictures.take(page, "5-published")
    await page.keyboard.press("Escape")
    said = await told(stack, SCRIPT)
    assert "по счёту числится" in said
    assert "Анна Сергеевна" not in said

    await studio.button("Откатить").click()
    await page.get_by_role("dialog").get_by_role("button", name="Откатить").click()
    await expect(page.get_by_text("Прежние правила вернулись.")).to_be_visible()
    await pictures.take(page, "6-rolled-back")
    assert "долг на вашем счёте" in await told(stack, SCRIPT)


async def test_what_goes_wrong_is_said_and_nothing_is_lost(
    stack: Running, studio: Studio, pictures: Pictures, complaints: Complaints
) -> None:
    page, script = studio.page, "studio_trouble"
    await draft_of_its_own(stack, script)
    await studio.sign_in("no such key", f"#/scripts/{script}")
    await expect(page.get_by_role("alert")).to_contain_text("Такого ключа нет")
    await page.get_by_label("Ключ API").fill(stack.credentials.api_keys.operator)
    await studio.button("Войти").click()
    await expect(page.get_by_role("alert")).to_contain_text("author или publisher")
    await pictures.take(page, "1-refused")
    await page.get_by_label("Ключ API").fill(stack.credentials.api_keys.author)
    await studio.button("Войти").click()

    await studio.select("ask_account")
    await page.get_by_label("Название", exact=True).first.fill("Приветствие")
    await page.context.set_offline(True)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("alert")).to_contain_text("Сервер не отвечает")
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_text("Восстановлены изменения")).to_be_visible()
    await expect(studio.element("ask_account")).to_contain_text("Приветствие")
    await pictures.take(page, "2-restored")

    async with authors(stack) as other:
        version = (await other.get(f"/scripts/{script}/draft")).json()["version"]
        readme = f"/scripts/{script}/draft/files/README.md"
        (await other.put(readme, content="Иначе", headers={"If-Match": f'"{version}"'})).raise_for_status()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("alert")).to_contain_text("черновик изменил key:publisher")
    await pictures.take(page, "3-conflict")
    await studio.link("К списку скриптов").click()
    await expect(page.get_by_role("dialog", name="Уйти, не сохранив?")).to_be_visible()
    await studio.button("Остаться").click()
    await studio.button("Записать моё поверх").click()
    await expect(page.get_by_text("Всё сохранено", exact=True)).to_be_visible()

    await page.route("**/draft/check", lambda route: route.fulfill(status=401, json={}), times=1)
    await studio.button("Проверить").click()
    await expect(page.get_by_text("Ключ больше не подходит")).to_be_visible()
    await pictures.take(page, "4-other-key")
    await page.get_by_label("Ключ API").fill(stack.credentials.api_keys.author)
    await studio.button("Войти").click()
    await expect(page.get_by_text("Замечаний нет")).to_be_visible()
    await expect(studio.element("ask_account")).to_contain_text("Приветствие")

    await studio.button("Опубликовать").click()
    dialog = page.get_by_role("dialog", name="Публикация черновика")
    await dialog.get_by_role("button", name="Опубликовать").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("нужен ключ с ролью publisher")
    await pictures.take(page, "5-no-publisher")
    complaints.take("status of 401", "status of 403", "status of 412", "net::ERR_INTERNET_DISCONNECTED")


async def test_a_finding_leads_to_its_element(stack: Running, studio: Studio, pictures: Pictures) -> None:
    page, script = studio.page, "studio_mistake"
    await draft_of_its_own(stack, script)
    await studio.sign_in(stack.credentials.api_keys.author, f"#/scripts/{script}")
    await studio.select("check_account")
    await page.get_by_label("Форма", exact=True).fill("no_such_form")
    await studio.save()
    findings_pane = page.get_by_role("complementary", name="Замечания")
    await expect(findings_pane.get_by_role("heading", name="Ошибок: 1")).to_be_visible()
    await pictures.take(page, "1-finding")
    await studio.link("Формы").click()
    await findings_pane.get_by_role("button", name="check_account").click()
    await expect(studio.element("check_account")).to_contain_class("selected")
    await expect(studio.element("check_account")).to_be_in_viewport()

    await studio.button("Опубликовать").click()
    dialog = page.get_by_role("dialog", name="Публикация черновика")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await studio.button("English").click()
    await expect(page.get_by_role("heading", name="Errors: 1")).to_be_visible()
    await expect(studio.element("check_account")).to_be_visible()
    await page.reload()
    await expect(studio.element("check_account")).to_be_visible()
    await pictures.take(page, "2-english")

    await page.goto(f"{studio.url}#/scripts/wrap_up")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("wrap_up")
    await expect(studio.element("ask_rating")).to_be_visible()
    await expect(page.get_by_text("Nothing is wrong")).to_be_visible()


async def test_who_gets_which_release(
    stack: Running, studio: Studio, pictures: Pictures, complaints: Complaints
) -> None:
    page, script = studio.page, "studio_rollout"
    await draft_of_its_own(stack, script)
    await studio.sign_in(stack.credentials.api_keys.publisher, f"#/scripts/{script}/releases")
    await expect(page.get_by_text("Выпусков пока нет.")).to_be_visible()
    await studio.button("Опубликовать").click()
    dialog = page.get_by_role("dialog", name="Публикация черновика")
    await dialog.get_by_label("Сразу дать новым разговорам").uncheck()
    await dialog.get_by_role("button", name="Опубликовать").click()
    await expect(dialog.get_by_text("Новым разговорам он не дан")).to_be_visible(timeout=60_000)
    await page.keyboard.press("Escape")

    await expect(page.get_by_text("Ничего не раскатано")).to_be_visible()
    await studio.button("Изменить правила").click()
    await studio.button("Добавить правило").click()
    await studio.button("Применить").click()
    await expect(page.get_by_text("Правила применены.")).to_be_visible()
    async with authors(stack) as other:
        await studio.button("Изменить правила").click()
        await studio.button("Добавить правило").click()
        second = page.get_by_role("group").filter(has=page.get_by_role("button", name="Убрать правило 2"))
        await second.get_by_label("Канал").fill("bot")
        rules = {"rules": [{"release": 1}, {"release": 1, "channel": "ivr"}]}
        seen = {"If-Match": '"1"'}
        (await other.put(f"/scripts/{script}/rollout", json=rules, headers=seen)).raise_for_status()
        await studio.button("Применить").click()
        await expect(page.get_by_role("alert")).to_contain_text("Кто-то успел изменить")
        await pictures.take(page, "1-others-switched")
        await studio.button("Обновить").click()
        await expect(page.get_by_text("версия правил 2")).to_be_visible()
        await expect(second.get_by_label("Канал")).to_have_value("bot")
        await studio.button("Применить").click()
        await expect(page.get_by_text("Канал: bot")).to_be_visible()
        await pictures.take(page, "2-applied")
        now = (await other.get(f"/scripts/{script}/rollout")).json()
    assert [(rule["channel"], rule["release"]) for rule in now["rules"]] == [(None, 1), ("bot", 1)]
    complaints.take("status of 404", "status of 412")


FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NOT_OURS = (".canvas", ".properties", ".form-editor", ".diff-canvas")
"""What bpmn.io draws."""


@pytest.mark.parametrize(
    ("width", "colours"),
    [
        (1280, "dark"),
        (390, "light"),
        pytest.param(1280, "light", marks=pytest.mark.long),
        pytest.param(390, "dark", marks=pytest.mark.long),
    ],
)
async def test_every_page_fits_and_axe_finds_nothing(
    stack: Running, new_context: NewContext, pictures: Pictures, axe: str, width: int, colours: str
) -> None:
    context = await new_context(viewport={"width": width, "height": 900}, color_scheme=colours)
    page = await context.new_page()
    studio = Studio(page, stack)
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        await pictures.take(page, name)
        assert await page.evaluate(FITS), name
        found[name] = await findings(page, axe, "#studio", NOT_OURS)

    await page.goto(studio.url)
    await look("1-sign-in")
    await studio.sign_in(stack.credentials.api_keys.author)
    await expect(studio.link("Обещанный платёж promised_payment")).to_be_visible()
    await look("2-scripts")
    await studio.button("Новый скрипт").click()
    await look("3-new-script")
    await page.keyboard.press("Escape")
    await studio.link("Обещанный платёж promised_payment").click()
    await expect(studio.element("ask_account")).to_be_visible()
    await expect(page.get_by_text("Замечаний нет")).to_be_visible()
    await look("4-diagram")
    await studio.link("Формы").click()
    await studio.button("tell_debt").click()
    await expect(page.locator(".fjs-form-editor .fjs-element").first).to_be_visible()
    await look("5-form")
    await studio.link("Выпуски").click()
    await expect(page.get_by_text("Различий нет.")).to_be_visible()
    await studio.button("Изменить правила").click()
    await page.get_by_label("Пробный выпуск").select_option("1")
    await look("6-releases")
    await studio.button("Опубликовать").click()
    await look("7-publish")
    assert {name: said for name, said in found.items() if said} == {}
