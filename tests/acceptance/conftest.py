from collections.abc import AsyncIterator

import httpx
import pytest

from engine import Engine, EngineSettings
from stack import running
from stack.parts import State
from stack.running import Running
from tests.acceptance.backoffice import SYSTEMS, Backoffice
from tests.acceptance.billing import Billing
from tests.acceptance.customer import Customer
from tests.acceptance.operator import Operator
from tests.eventually import eventually


def api(stack: Running, key: str | None) -> httpx.AsyncClient:
    """A client of the facade, with a key or none."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    base_url = f"{stack.urls['facade']}/api/v1"
    return httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60, trust_env=False)


@pytest.fixture
async def anyone(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    """The facade without a key."""
    async with api(stack, None) as client:
        yield client


@pytest.fixture
async def operator(stack: Running) -> AsyncIterator[Operator]:
    async with api(stack, stack.credentials.api_keys.operator) as client:
        yield Operator(client)


@pytest.fixture
async def billing(stack: Running) -> AsyncIterator[Billing]:
    """Billing with all accounts as at first, quick and well; and so again afterwards."""
    fresh_connections = httpx.Limits(max_keepalive_connections=0)
    base_url = stack.urls["demo-billing"]
    async with httpx.AsyncClient(base_url=base_url, timeout=20, trust_env=False, limits=fresh_connections) as client:
        billing = Billing(client)
        usual = (await client.get("/_demo/faults")).json()
        await billing.behave()
        await billing.reset()
        yield billing
        await billing.behave(**usual)
        await billing.reset()


@pytest.fixture
async def backoffice(stack: Running) -> AsyncIterator[Backoffice]:
    """The demo back office with all data as at first, quick and well; and so again afterwards."""
    fresh_connections = httpx.Limits(max_keepalive_connections=0)
    base_url = stack.urls["demo-backoffice"]
    async with httpx.AsyncClient(base_url=base_url, timeout=20, trust_env=False, limits=fresh_connections) as client:
        backoffice = Backoffice(client)
        usual = await backoffice.usual()
        for system in SYSTEMS:
            await backoffice.behave(system)
        await backoffice.measurements_take(0)
        await backoffice.reset()
        yield backoffice
        for system, faults in usual.items():
            await backoffice.behave(system, **faults)
        await backoffice.reset()


@pytest.fixture
async def engine(stack: Running) -> AsyncIterator[Engine]:
    login = stack.credentials.engine
    async with Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine:
        yield engine


@pytest.fixture
async def mended(stack: Running, billing: Billing) -> AsyncIterator[None]:
    """For tests that break parts of the stack: whatever they do, everything is ready when they end."""
    yield
    health = {name: f"{url}/health/ready" for name, url in stack.urls.items() if name not in {"postgres", "engine"}}
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:

        async def all_ready() -> bool:
            if any(part.state is not State.READY for part in running.status(stack.folder).parts.values()):
                return False
            try:
                return all([(await client.get(url)).status_code == 200 for url in health.values()])
            except httpx.TransportError:
                return False

        await eventually(all_ready, within=100)


@pytest.fixture
async def customer(stack: Running) -> AsyncIterator[Customer]:
    async with api(stack, stack.credentials.api_keys.bot) as client:
        yield Customer(client)
