"""``python -m player_api.releases check|test|publish FOLDER …``: scripts in folders, checked, tried and published.

``python -m player_api.releases compare``: the store and the engine side by side.
"""

import argparse
import asyncio
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from engine import Engine, EngineSettings
from engine.errors import EngineError
from feel import Evaluator
from functions.catalogue import Catalogue, load
from functions.sources import sources_in_force
from player_api.authoring.errors import FilesRefused
from player_api.authoring.folders import read_sources
from player_api.releases.cases import Report, Trial
from player_api.releases.cases.walk import WalkParts
from player_api.releases.check import check
from player_api.releases.close import close
from player_api.releases.comparison import Comparison, Discrepancy
from player_api.releases.errors import ReleaseRefused
from player_api.releases.folder import read_beside, read_folder
from player_api.releases.publish import publish
from player_api.releases.rules import Finding, Severity
from runtime import logs
from runtime.process import begin
from runtime.settings import Settings
from store.database import Database, open_database
from store.declarations import Declarations
from store.errors import StoreUnavailable
from store.held_releases import HeldReleases
from store.release_files import ReleaseFiles
from store.releases import Releases
from store.retirement import Retirement

AUTHOR = "command line"
_log = logs.get(__name__)


async def publish_folders(settings: Settings, folders: list[Path]) -> None:
    """Publish each folder under its name.

    Raises:
        ReleaseRefused, FilesRefused, EngineError, StoreUnavailable, OSError: the folders before the one that failed are
            published.
    """
    url = settings.database_url.get_secret_value()
    async with open_database(url, pool_size=1) as database, Engine(EngineSettings.of(settings)) as engine:
        catalogue = await _catalogue(Path(settings.functions_path), database)
        for folder in folders:
            content = close(folder.name, read_folder(folder), catalogue, partial(read_beside, folder))
            content = dataclasses.replace(content, sources=read_sources(folder))
            published = await publish(engine, Releases(database), content, AUTHOR)
            _log.info("published", script=published.script, release=published.number, is_new=published.is_new)


async def check_folders(settings: Settings, folders: list[Path]) -> bool:
    """Check each folder, with those beside it that it calls, and print what is found; False where it can't be released.

    Raises:
        StoreUnavailable, OSError: the folders before have been checked.
    """
    url = settings.database_url.get_secret_value()
    may_be_released = True
    async with open_database(url, pool_size=1) as database:
        catalogue = await _catalogue(Path(settings.functions_path), database)
    for folder in folders:
        findings = _findings(folder, catalogue)
        sys.stdout.writelines(f"{found.severity.value:7}  {found.rule.value}  {found}\n" for found in findings)
        errors = [found for found in findings if found.severity is Severity.ERROR]
        sys.stdout.write(f"{folder.name}: {'refused' if errors else 'may be published'}\n")
        may_be_released &= not errors
    return may_be_released


def _findings(folder: Path, catalogue: Catalogue) -> Sequence[Finding]:
    try:
        return check(folder.name, read_folder(folder), catalogue, partial(read_beside, folder)).findings
    except ReleaseRefused as error:
        return error.findings


async def test_folders(settings: Settings, folders: list[Path]) -> bool:
    """Run the test cases of each folder and print what they show; False where one has not passed.

    Raises:
        ReleaseRefused, FilesRefused, EngineError, StoreUnavailable, OSError: the folders before have been tested.
    """
    url = settings.database_url.get_secret_value()
    everything_passed = True
    async with open_database(url, pool_size=1) as database, Engine(EngineSettings.of(settings)) as engine:
        catalogue = await _catalogue(Path(settings.functions_path), database)
        with Evaluator() as evaluator:
            trial = Trial(WalkParts.of(engine, evaluator))
            for folder in folders:
                content = close(folder.name, read_folder(folder), catalogue, partial(read_beside, folder))
                report = await trial.run(content, read_sources(folder))
                sys.stdout.writelines(f"{line}\n" for line in _lines(folder.name, report))
                everything_passed &= not report.failed
    return everything_passed


def _lines(script: str, report: Report) -> Iterator[str]:
    for case in report.cases:
        yield f"{'passed' if case.passed else 'FAILED'}  {script}/{case.file}: {case.name}"
        yield from (f"        {difference.place or '-'}: {difference.en}" for difference in case.differences)
    if report.coverage is None:
        yield f"{script}: no test cases"
        return
    for kind, covered in (("elements", report.coverage.elements), ("branches", report.coverage.branches)):
        missed = f", missed: {', '.join(covered.missed)}" if covered.missed else ""
        yield f"{script}: {covered.percent} % of {kind}{missed}"


async def _catalogue(folder: Path, database: Database) -> Catalogue:
    """What is declared without mistakes; a script that calls something else is refused."""
    with Evaluator() as evaluator:
        loaded = load(await sources_in_force(folder, Declarations(database)), evaluator)
    for mistake in loaded.mistakes:
        _log.warning("declaration_mistake", file=mistake.file, line=mistake.line, sentence=mistake.sentence)
    return loaded.catalogue


async def compare(settings: Settings, scripts: list[str], *, repairs: bool) -> bool:
    """Print in what store and engine differ, and repair it where that is wanted; False where they still differ.

    Raises:
        EngineError, StoreUnavailable, OSError: what was repaired before stays so.
    """
    url = settings.database_url.get_secret_value()
    agree = True
    async with open_database(url, pool_size=1) as database, Engine(EngineSettings.of(settings)) as engine:
        comparison = Comparison(engine, HeldReleases(database), ReleaseFiles(database), Retirement(database))
        for found in await comparison.differences(scripts):
            sys.stdout.write(f"{found.kind.value}: {found.en}\n")
            repaired = repairs and found.repair_en is not None and await comparison.repair(found)
            agree &= repaired
            sys.stdout.write(f"    {_outcome(found, repairs=repairs, repaired=repaired)}\n")
    if agree:
        sys.stdout.write("the store and the engine agree\n")
    return agree


def _outcome(found: Discrepancy, *, repairs: bool, repaired: bool) -> str:
    if found.repair_en is None:
        return "this is for a person to decide"
    if repaired:
        return f"done: {found.repair_en}"
    return f"not done: {found.repair_en}" if repairs else f"--repair would {found.repair_en}"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m player_api.releases", description="Releases of scripts.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("check", "say everything that is wrong with scripts in folders"),
        ("test", "run the test cases of scripts in folders"),
        ("publish", "publish scripts in folders, and roll out what never was"),
    ):
        commands.add_parser(name, help=said).add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    comparing = commands.add_parser("compare", help="say in what the store and the engine differ")
    comparing.add_argument("scripts", nargs="*", metavar="KEY", help="only these scripts")
    comparing.add_argument("--repair", action="store_true", help="make them agree")
    return parser


async def _run(settings: Settings, given: argparse.Namespace) -> bool:
    match given.command:
        case "check":
            return await check_folders(settings, given.folders)
        case "test":
            return await test_folders(settings, given.folders)
        case "compare":
            return await compare(settings, given.scripts, repairs=given.repair)
        case _:
            await publish_folders(settings, given.folders)
            return True


def main(arguments: list[str]) -> int:
    """Run the command; return the exit status."""
    given = _arguments().parse_args(arguments)
    settings = begin("player_api.releases")
    try:
        return 0 if asyncio.run(_run(settings, given)) else 1
    except ReleaseRefused as error:
        for finding in error.findings:
            _log.error("refused", finding=str(finding))
        return 1
    except (EngineError, FilesRefused, StoreUnavailable, OSError) as error:
        _log.error("given up", cause=f"{type(error).__name__}: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
