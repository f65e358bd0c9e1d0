"""A real Chromium in front of the real stack."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from stack import chromium
from stack.failures import StackError
from stack.folder import ROOT
from stack.running import Running
from stack.screen import Screen
from stack.web import workspace
from tests.acceptance.billing import Billing
from tests.browser.crm import Crm
from tests.browser.hosts import serving_examples
from tests.browser.looking import Complaints, Pictures

PATIENCE = 15_000
"""Milliseconds that anything may take to be seen."""
NewContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = chromium.find()
    if program is None:
        pytest.fail(str(chromium.NoChromium("none is on the path")), pytrace=False)
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*chromium.FLAGS])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which finds what is not accessible."""
    try:
        packages = workspace().packages(Screen())
    except StackError as error:
        pytest.fail(str(error), pytrace=False)
    return (packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Pictures:
    """Where the test keeps what it saw, under var/browser."""
    return Pictures(ROOT / "var" / "browser" / re.sub(r"\W+", "-", request.node.name).strip("-"))


@pytest.fixture
async def complaints() -> AsyncIterator[Complaints]:
    """What pages complain about; whatever a test doesn't take out fails it."""
    complaints = Complaints()
    yield complaints
    assert complaints.said == []


@pytest.fixture
async def new_context(browser: Browser, complaints: Complaints, pictures: Pictures) -> AsyncIterator[NewContext]:
    """Makes a workplace: a browser with nothing in it, by language, size and colours; how it ended is kept."""
    made: list[BrowserContext] = []

    async def make(**options: Any) -> BrowserContext:
        context = await browser.new_context(
            **{"locale": "ru-RU", "viewport": {"width": 1280, "height": 860}, **options}
        )
        context.set_default_timeout(PATIENCE)
        complaints.listen(context)
        made.append(context)
        return context

    yield make
    for context in made:
        for number, page in enumerate(context.pages):
            await pictures.take(page, f"last-{number}" if number else "last")
        await context.close()


@pytest.fixture
async def billing(stack: Running) -> AsyncIterator[Billing]:
    """Billing with all accounts as at first, quick and well; and so again afterwards."""
    async with httpx.AsyncClient(base_url=stack.urls["demo-billing"], timeout=20, trust_env=False) as client:
        billing = Billing(client)
        usual = (await client.get("/_demo/faults")).json()
        await billing.behave()
        await billing.reset()
        yield billing
        await billing.behave(**usual)
        await billing.reset()


@pytest.fixture(scope="session")
async def examples(stack: Running) -> AsyncIterator[str]:
    """The address of the example pages."""
    async with serving_examples(stack) as url:
        yield url


@pytest.fixture
async def crm(stack: Running, billing: Billing, new_context: NewContext) -> Crm:
    """The demo CRM at a workplace in Russian."""
    context = await new_context()
    return Crm(await context.new_page(), stack.urls["crm"], "ru")


@pytest.fixture
async def english_crm(stack: Running, billing: Billing, new_context: NewContext) -> Crm:
    context = await new_context(locale="en-GB")
    return Crm(await context.new_page(), stack.urls["crm"], "en")
