"""What a page complains about while it is looked at, and pictures of it."""

import json
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Page, WebError

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def findings(page: Page, axe: str, within: str = "script-player", without: Sequence[str] = ()) -> list[str]:
    """What axe finds in an element of a page, without what is in some others; they are given as selectors."""
    await page.evaluate(axe)
    context = {"include": [within], "exclude": list(without)}
    found = await page.evaluate(
        "([context, tags]) => axe.run(context, { runOnly: { type: 'tag', values: tags } })", [context, TAGS]
    )
    return [f"{each['id']}: {json.dumps(each['nodes'][0]['target'])}" for each in found["violations"]]


class Complaints:
    """Errors on consoles, errors that nobody caught, and violations of a content security policy."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        """Hear all pages of a workplace."""
        context.on("console", self._console)
        context.on("weberror", self._error)

    def take(self, *expected: str) -> None:
        """Take out complaints that hold one of these texts: the test has caused them."""
        self.said = [each for each in self.said if not any(text in each for text in expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.location["url"].endswith("/favicon.ico"):
            self.said.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.said.append(f"uncaught: {error.error}")


class Pictures:
    """Screenshots that stay after the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def take(self, page: Page, name: str) -> Path:
        """Keep how the page looks now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{name}.png"
        await page.screenshot(path=file, animations="disabled")
        return file
