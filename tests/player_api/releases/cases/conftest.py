from collections.abc import AsyncIterator, Iterator

import pytest

from engine import Engine
from feel import Evaluator
from functions.catalogue import Catalogue, load, sources_in
from player_api.releases.cases import Trial
from player_api.releases.cases.walk import WalkParts
from stack.folder import ROOT


@pytest.fixture
async def trial(engine: Engine) -> AsyncIterator[Trial]:
    with Evaluator() as evaluator:
        yield Trial(WalkParts.of(engine, evaluator))


@pytest.fixture(scope="session")
def catalogue() -> Iterator[Catalogue]:
    """The functions that are shipped."""
    with Evaluator() as evaluator:
        yield load(sources_in(ROOT / "functions" / "declared"), evaluator).sound()
