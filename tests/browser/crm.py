"""The demo CRM as an operator works with it."""

from playwright.async_api import Locator, Page, expect

from tests.browser.player import Player

ACCEPT = {"ru": "Ответить (Enter)", "en": "Answer (Enter)"}


class Crm:
    """One page of the CRM."""

    def __init__(self, page: Page, url: str, language: str) -> None:
        self.page = page
        self.url = url
        self.language = language
        self.player = Player(page, language)

    async def open(self, account: str | None = None) -> None:
        """Open the page, at a customer's card if wanted."""
        await self.page.goto(f"{self.url}/#/customers/{account}" if account else self.url)
        await expect(self.page.get_by_role("heading", level=1).first).to_be_visible()
        await expect(self.page.locator("#found a").first).to_be_visible()

    async def take_call(self, account: str) -> None:
        """Take a call of this customer; the script list opens."""
        await self.open(account)
        await self.page.locator("#ring-this").click()
        await self.page.get_by_role("button", name=ACCEPT[self.language]).click()
        await expect(self.player.host.get_by_role("searchbox")).to_be_visible()

    @property
    def case(self) -> Locator:
        return self.page.locator("#case")

    @property
    def status(self) -> Locator:
        """Of the open case."""
        return self.case.locator(".badge")

    @property
    def toasts(self) -> Locator:
        return self.page.locator("#toasts")
