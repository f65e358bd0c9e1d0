"""Declarations change while the worker runs; a mistake takes nothing away."""

import asyncio
from pathlib import Path

import pytest

from feel import Evaluator
from functions.catalogue import Catalogue, sources_in
from functions.composition import Shared
from functions.errors import DeclarationError
from functions.outcome import Succeeded
from functions.reading import Source
from functions.runner import Runner
from functions.surroundings import Surroundings
from functions.systems import Environment
from tests.functions.declared import ACCOUNT, CONTEXT, FUNCTION, SYSTEM
from tests.functions.raw_system import http, raw_system
from workers.declarations import Declarations


class Folder:
    """A folder of declarations and what a worker makes of it."""

    def __init__(self, path: Path, url: str = "http://127.0.0.1:1") -> None:
        self.path = path
        self.url = url
        (path / "systems").mkdir()
        self.write("systems/billing.yaml", SYSTEM)
        self.write("billing.get_balance.yaml", FUNCTION)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def declarations(self) -> Declarations:
        evaluator = Evaluator()
        environment = Environment({"SCRIPT_MANAGER_SYSTEM_BILLING_URL": self.url})

        def make_runner(catalogue: Catalogue) -> Runner:
            return Runner(catalogue, environment, evaluator, Surroundings(), Shared())

        return Declarations(self.read, evaluator, make_runner)

    async def read(self) -> list[Source]:
        return sources_in(self.path)


async def test_before_the_first_reading_there_is_nothing_and_that_is_said(tmp_path: Path) -> None:
    declarations = Folder(tmp_path).declarations()
    assert declarations.functions == {}
    with pytest.raises(ValueError, match="has not been read yet"):
        await declarations.check()


async def test_a_new_function_comes_by_itself(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    declarations = folder.declarations()
    async with declarations.watching(0.001), asyncio.timeout(5):
        folder.write("billing.other.yaml", FUNCTION.replace("billing.get_balance", "billing.other"))
        while "billing.other" not in declarations.functions:  # noqa: ASYNC110 - the file system tells nobody
            await asyncio.sleep(0.001)
        (folder.path / "billing.other.yaml").unlink()
        while "billing.other" in declarations.functions:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    await declarations.check()


async def test_a_change_with_a_mistake_changes_nothing_and_is_told(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    declarations = folder.declarations()
    async with declarations.watching(60):
        await declarations.reload()
        before = declarations.functions["billing.get_balance"]
        folder.write("billing.get_balance.yaml", FUNCTION.replace("deadline: 2s", "deadline: soon"))
        folder.write("billing.other.yaml", FUNCTION.replace("billing.get_balance", "billing.other"))
        await declarations.reload()
        assert declarations.functions == {"billing.get_balance": before}
        with pytest.raises(DeclarationError, match=r"billing\.get_balance\.yaml:13: deadline: a duration is"):
            await declarations.check()
        folder.write("billing.get_balance.yaml", FUNCTION.replace("deadline: 2s", "deadline: 3s"))
        await declarations.reload()
        assert set(declarations.functions) == {"billing.get_balance", "billing.other"}
        await declarations.check()


async def test_what_runs_ends_with_the_connections_it_began_with(tmp_path: Path) -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def answering(_request: bytes, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go.wait()
        writer.write(http(200, b'{"balance": {"amount": 1}}'))

    async with raw_system(answering) as system:
        folder = Folder(tmp_path, system.url)
        declarations = folder.declarations()
        async with declarations.watching(60):
            await declarations.reload()
            running = asyncio.create_task(
                declarations.functions["billing.get_balance"].run({"account": ACCOUNT}, CONTEXT)
            )
            await asked.wait()
            folder.write("billing.get_balance.yaml", FUNCTION + "retry: {attempts: 2}\n")
            await declarations.reload()
            go.set()
            assert (await running).ending == Succeeded({"balance": 1})


async def test_a_folder_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "declared").mkdir()
    folder = Folder(tmp_path / "declared")
    declarations = folder.declarations()
    async with declarations.watching(60):
        await declarations.reload()
        folder.path.rename(tmp_path / "elsewhere")
        await declarations.reload()
        assert set(declarations.functions) == {"billing.get_balance"}


async def test_at_first_what_is_wrong_is_left_out(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("billing.wrong.yaml", "name: billing.wrong")
    declarations = folder.declarations()
    async with declarations.watching(60):
        await declarations.reload()
        assert set(declarations.functions) == {"billing.get_balance"}
        with pytest.raises(DeclarationError, match=r"billing\.wrong\.yaml:1: title: is missing"):
            await declarations.check()
