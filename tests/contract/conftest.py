"""The contract: everything here holds for the real engine and for the fake one.

The real one is the stack's, or, where ``CONTRACT_ENGINE_URL`` is set, the one there (``CONTRACT_ENGINE_USER`` and
``CONTRACT_ENGINE_PASSWORD`` sign in).
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from engine import Engine, EngineSettings
from stack.running import Running
from tests.contract.ground import Ground
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.served import served


@pytest.fixture(scope="session", params=["fake", "real"])
def real_settings(request: pytest.FixtureRequest) -> EngineSettings | None:
    """The real engine's, None for the fake one."""
    if request.param == "fake":
        return None
    if url := os.environ.get("CONTRACT_ENGINE_URL"):
        return EngineSettings(url, os.environ["CONTRACT_ENGINE_USER"], os.environ["CONTRACT_ENGINE_PASSWORD"])
    stack: Running = request.getfixturevalue("stack")
    login = stack.credentials.engine
    return EngineSettings(stack.urls["engine"], login.user, login.password)


@pytest.fixture(scope="session")
async def ground(real_settings: EngineSettings | None) -> AsyncIterator[Ground]:
    async with AsyncExitStack() as resources:
        fake = None
        settings = real_settings
        if settings is None:
            fake = FakeEngine(users={"contract": "секрет"})
            root = await resources.enter_async_context(served(fake))
            settings = EngineSettings(root + PATH, "contract", "секрет")
        engine = await resources.enter_async_context(Engine(settings))
        ground = Ground(engine, settings, fake)
        yield ground
        for deployment in ground.deployed:
            await engine.deployments.delete(deployment, cascade=True)
