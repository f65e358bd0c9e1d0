import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack import engines, jars, launch
from stack.credentials import Credentials
from stack.engines.products import CAMUNDA, PRODUCTS, EngineName, Product
from stack.folder import DataFolder
from stack.ports import DEFAULTS
from stack.running import StackState
from stack.startup_cache import StartupCache

NAMES = list(EngineName)


def wish(folder: DataFolder, engine: EngineName | None, *, fresh: bool = False) -> launch.Wish:
    return launch.Wish(
        folder=folder,
        fresh=fresh,
        with_kafka=False,
        free_ports=True,
        chosen_ports={},
        engine=engine,
        history=engines.HistoryLevel.ACTIVITY,
        until_input_ends=False,
    )


def written_by(folder: DataFolder, engine: EngineName) -> None:
    folder.postgres.mkdir()
    StackState.planned([], {}, engine).write(folder)


@dataclass(frozen=True)
class Told:
    """What a start of an engine is told."""

    jars: set[str]
    settings: dict[str, Any]
    environment: dict[str, str]


@pytest.fixture(params=list(PRODUCTS.values()), ids=NAMES)
def product(request: pytest.FixtureRequest) -> Product:
    chosen: Product = request.param
    return chosen


@pytest.fixture
async def told(product: Product) -> Told:
    locked = jars.read_lock(jars.LOCKS / f"{product.name}.lock")
    startup = StartupCache(product.name, Path("none.aot"), None)
    engine = engines.Engine(product, [jar.path for jar in locked], startup, engines.HistoryLevel.ACTIVITY)
    async with httpx.AsyncClient() as client:
        part = engines.part(engine, DEFAULTS, Credentials.generate(), client)
    settings = json.loads(part.env["SPRING_APPLICATION_JSON"])
    return Told({jar.artifact for jar in locked}, settings, dict(part.env))


@pytest.mark.parametrize("asked", [None, *NAMES])
def test_first_start_takes_the_engine_that_was_asked_for(folder: DataFolder, asked: EngineName | None) -> None:
    assert launch.chosen_engine(wish(folder, asked)).name is (asked or EngineName.CAMUNDA)


@pytest.mark.parametrize("earlier", NAMES)
@pytest.mark.parametrize("asked", NAMES)
def test_later_starts_keep_the_engine_unless_told(folder: DataFolder, earlier: EngineName, asked: EngineName) -> None:
    written_by(folder, earlier)
    assert launch.chosen_engine(wish(folder, None)).name is earlier
    assert launch.chosen_engine(wish(folder, asked)).name is asked
    assert launch.chosen_engine(wish(folder, None, fresh=True)) is CAMUNDA


def test_data_of_versions_that_had_one_engine_is_its(folder: DataFolder) -> None:
    folder.postgres.mkdir()
    folder.state.write_text('{"ports": {"engine": 8080}, "parts": {}}')
    assert launch.chosen_engine(wish(folder, None)) is CAMUNDA


def test_each_engine_has_its_own_jars_and_no_other(product: Product, told: Told) -> None:
    assert {f"{product.name}-engine", f"{product.name}-spin-dataformat-json-jackson"} <= told.jars
    others = {name for name in EngineName if name is not product.name}
    assert not [jar for jar in told.jars if jar.split("-")[0] in others]


def test_each_engine_gets_the_same_settings_under_its_own_name(product: Product, told: Told) -> None:
    assert list(told.settings) == [product.settings]
    assert told.settings[product.settings]["rest-api"]["fetch-and-lock"]["unique-worker-request"] is True
    assert told.environment["ENGINE_PACKAGE"] == product.package
