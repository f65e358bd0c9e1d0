"""The player as an operator sees it: by roles and names, through its shadow root."""

from contextlib import suppress

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as WaitedTooLong

from tests.eventually import eventually

WORDS = {
    "ru": {
        "start": "Обещанный платёж",
        "next": "Далее",
        "saved": "Сохранено",
        "account": "Номер лицевого счёта",
        "yes": "Да, подойдёт",
        "offer": "1 000 ₽ на 7 дней",
        "consent": "Клиент согласен с условиями",
        "finished": "Разговор завершён",
        "back": "Назад",
        "hand_off": "Передать",
        "end": "Завершить",
        "keys": "Горячие клавиши",
    },
    "en": {
        "start": "Promised payment",
        "next": "Next",
        "saved": "Saved",
        "account": "Account number",
        "yes": "Yes, it would",
        "offer": "1 000 ₽ на 7 дней",
        "consent": "The customer agrees to the conditions",
        "finished": "The call is finished",
        "back": "Back",
        "hand_off": "Hand off",
        "end": "End",
        "keys": "Keyboard shortcuts",
    },
}
STEPS = {
    "ru": {
        "ask_account": "Приветствие и номер счёта",
        "tell_debt": "Долг и предложение",
        "choose_offer": "Выбор суммы и срока",
        "tell_promise": "Обещанный платёж подключён",
    },
    "en": {
        "ask_account": "Greeting and account number",
        "tell_debt": "The debt and the proposal",
        "choose_offer": "Choice of sum and term",
        "tell_promise": "The promised payment is on",
    },
}


class Player:
    """One `<script-player>` on a page."""

    def __init__(self, page: Page, language: str, host: Locator | None = None) -> None:
        self.page = page
        self.words, self.steps = WORDS[language], STEPS[language]
        self.host = host or page.locator("script-player")

    def button(self, word: str) -> Locator:
        return self.host.get_by_role("button", name=self.words[word], exact=True)

    @property
    def heading(self) -> Locator:
        """The name of the step, or of what is shown in its place."""
        return self.host.get_by_role("heading", level=2).first

    @property
    def account(self) -> Locator:
        return self.host.get_by_role("textbox", name=self.words["account"])

    async def start(self) -> None:
        """Start the script from the list."""
        await self.host.get_by_role("button", name=self.words["start"]).last.click()  # what is parked comes before
        await self.is_at("ask_account")

    async def is_at(self, step: str) -> None:
        await expect(self.heading).to_contain_text(self.steps[step])

    async def choose(self, word: str) -> None:
        await self.host.get_by_role("radio", name=self.words[word]).check()

    async def next(self) -> None:
        await self.button("next").click()

    async def next_by_key(self) -> None:
        """Go on as soon as the step takes an answer."""
        await expect(self.button("next")).to_be_enabled()
        await self.page.keyboard.press("Control+Enter")

    async def ask_again_until(self, step: str) -> None:
        """Have a failed function called again and again: after some failures a system is left alone for ten seconds."""

        async def is_there() -> bool:
            again = self.host.get_by_role("button", name="Запросить ещё раз", disabled=False)
            if await again.count():
                with suppress(WaitedTooLong):  # it has just gone: what was asked has answered
                    await again.click(timeout=1_000)
            return self.steps[step] in await self.heading.inner_text()

        await eventually(is_there)

    async def is_saved(self) -> None:
        await expect(self.host.get_by_text(self.words["saved"], exact=True).first).to_be_visible()

    async def has_finished(self) -> None:
        await expect(self.host.get_by_role("heading", name=self.words["finished"])).to_be_visible()
