"""The studio as a methodologist works with it."""

import io
import zipfile
from pathlib import Path

import httpx
from playwright.async_api import Locator, Page, expect

from stack.folder import ROOT
from stack.running import Running

KEYS = {"ru": "Ключ API", "en": "API key"}
SIGN_IN = {"ru": "Войти", "en": "Sign in"}


class Studio:
    """One page of the studio."""

    def __init__(self, page: Page, stack: Running, language: str = "ru") -> None:
        self.page = page
        self.url = f"{stack.urls['facade']}/studio/"
        self.language = language

    async def sign_in(self, key: str, path: str = "") -> None:
        """Open a page of the studio and sign in with a key, good or not."""
        await self.page.goto(self.url + path)
        await self.page.get_by_label(KEYS[self.language]).fill(key)
        await self.button(SIGN_IN[self.language]).click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def element(self, key: str) -> Locator:
        """An element of the diagram."""
        return self.page.locator(f".canvas [data-element-id={key}]").first

    async def select(self, key: str) -> None:
        """Select an element of the diagram."""
        await self.element(key).click()
        await expect(self.element(key)).to_contain_class("selected")

    async def save(self) -> None:
        """Save by keyboard; there is something to save."""
        version = self.page.locator(".script-actions").get_by_text("версия")
        before = await version.inner_text()
        await self.page.keyboard.press("Control+s")
        await expect(version).not_to_have_text(before)
        await expect(self.page.get_by_text("Всё сохранено", exact=True)).to_be_visible()


def authors(stack: Running, role: str = "publisher") -> httpx.AsyncClient:
    """The API as a caller with a role has it."""
    key = getattr(stack.credentials.api_keys, role)
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=f"{stack.urls['facade']}/api/v1", headers=headers, timeout=60, trust_env=False)


async def draft_of_its_own(stack: Running, script: str) -> None:
    """Make a draft like that of `promised_payment` under another key, so that no other test sees its changes."""
    content = io.BytesIO()
    folder = ROOT / "bpmn" / "promised_payment"
    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(file.relative_to(folder).as_posix(), _renamed(file, script))
    async with authors(stack) as client:
        (await client.put(f"/scripts/{script}/archive", content=content.getvalue())).raise_for_status()


def _renamed(file: Path, script: str) -> str:
    function = "billing.create_promised_payment"
    text = file.read_text(encoding="utf-8").replace(function, "\N{OBJECT REPLACEMENT CHARACTER}")
    return text.replace("promised_payment", script).replace("\N{OBJECT REPLACEMENT CHARACTER}", function)
