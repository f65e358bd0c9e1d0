"""Visits of the two pages in Chromium, over a line and a processor as an operator's workplace may have them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Response, async_playwright

from bench.player.results import File, Visit
from bench.player.scripts import STEPS
from stack import chromium

MEGABITS = 9
LATENCY = 60
"""Milliseconds."""
SLOWDOWN = 4
"""How much slower than this machine's the processor is made."""
KEYS = "customer 1234567890"
_PAUSE = 120
"""Milliseconds between keys, as somebody types who is quick."""
_PATIENCE = 60_000
_SAID = "the form is there"
_WATCH = Path(__file__).with_name("pages") / "watch.js"
_READY = """() => {
  const root = document.querySelector('script-player').shadowRoot;
  const next = root.querySelector('[data-next]');
  return next && !next.disabled && root.querySelector('form input') !== null;
}"""
_START = """() => performance.getEntriesByType('resource').find(
  (entry) => new URL(entry.name).pathname.endsWith('/sessions')).duration"""


@asynccontextmanager
async def browsing(program: Path) -> AsyncIterator[Browser]:
    """A Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*chromium.FLAGS])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def workplace(browser: Browser) -> AsyncIterator[Page]:
    """A page with an empty cache, a slow line and a slow processor."""
    context = await browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE)
    try:
        page = await context.new_page()
        await page.add_init_script(path=_WATCH)
        tools = await context.new_cdp_session(page)
        throughput = MEGABITS * 1_000_000 / 8
        line = {"offline": False, "latency": LATENCY, "downloadThroughput": throughput, "uploadThroughput": throughput}
        await tools.send("Network.enable")
        await tools.send("Network.emulateNetworkConditions", line)
        await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        yield page
    finally:
        await context.close()


async def visit_bare(browser: Browser, url: str) -> float:
    """Milliseconds until the bare page's form could be filled in."""
    async with workplace(browser) as page:
        return (await _first_form(page, f"{url}/bare")).form


async def visit_player(browser: Browser, url: str) -> Visit:
    """Visit the player's page, walk on through all steps, and type in the long form."""
    async with workplace(browser) as page:
        came: list[Response] = []
        page.on("response", lambda response: came.append(response))  # noqa: PLW0108  a method takes no mark of theirs
        first = await _first_form(page, f"{url}/player")
        files = await _files([*came])
        for _ in range(STEPS):
            await page.wait_for_function(_READY)
            before = int(await page.evaluate("seen.steps.length"))
            await page.evaluate("watchStep()")
            await page.locator("script-player [data-next]").click()
            await page.wait_for_function(f"seen.steps.length > {before}")
        await _type(page)
        seen = await page.evaluate("seen")
        start = await page.evaluate(_START)
        # The last change leads to the long form, which is no ordinary step.
        return Visit(first.shell, first.form, files, seen["steps"][:-1], seen["keystrokes"], start)


async def _first_form(page: Page, url: str) -> Visit:
    """Open a page and wait until it says that its form is there: to look into it before would cost it time."""
    async with page.expect_console_message(lambda message: message.text == _SAID):
        await page.goto(url, wait_until="commit")
    seen: dict[str, Any] = await page.evaluate("seen")
    return Visit(seen["shell"], seen["form"])


async def _type(page: Page) -> None:
    await page.wait_for_function(_READY)
    await page.locator("script-player form input").first.focus()
    await page.evaluate("seen.keystrokes.length = 0")
    await page.keyboard.type(KEYS, delay=_PAUSE)
    await page.wait_for_function(f"seen.keystrokes.length >= {len(KEYS)}")


async def _files(came: list[Response]) -> dict[str, File]:
    """What of the player has been fetched, with the bytes that travelled."""
    ours = [response for response in came if urlsplit(response.url).path.startswith("/player/") and response.ok]

    async def one(response: Response) -> tuple[str, File]:
        sizes, text = await asyncio.gather(response.request.sizes(), response.text())
        return urlsplit(response.url).path.removeprefix("/player/"), File(sizes["responseBodySize"], text)

    return dict(await asyncio.gather(*(one(response) for response in ours)))
