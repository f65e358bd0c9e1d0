"""The commands of ``python -m bench``, which ``./scripts/bench`` starts."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
from playwright.async_api import Error as BrowserError
from rich.console import Console

from bench import machine, tables
from bench.calls import results as calls_results
from bench.calls import run as calling
from bench.player import results as player_results
from bench.player import run as visiting
from bench.player.building import build as build_bare
from bench.private_stack import FOLDER
from bench.publish import results as publish_results
from bench.publish import run as publishing
from bench.publish.authoring import PublicationRefused
from bench.replay import results as replay_results
from bench.replay import run as replaying
from bench.replay.run import chosen
from bench.replay.workload import SESSIONS, read
from bench.step import results as step_results
from bench.step import run as stepping
from bench.step.walkers import StepMissing
from bench.workers import results, run
from bench.workers.building import build
from bench.workers.processes import ContenderFailed
from bench.workers.tasks import TasksUnfinished
from stack import chromium
from stack.failures import StackError
from stack.screen import Screen, show

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write everything to this file too.", dir_okay=False)]


@app.callback()
def main() -> None:
    """Measure the product on a private stack."""


@app.command()
def workers(
    *,
    tasks: Annotated[int, typer.Option(help="Tasks of each worker in each round.", min=20)] = 1000,
    rounds: Annotated[int, typer.Option(help="Rounds, after one that warms everything up.", min=1)] = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure our worker process beside other clients for external tasks."""
    screen = Screen()
    before = machine.look()
    try:
        with screen.downloading("Java libraries") as progress:
            built = build(progress)
        measured = asyncio.run(run.measure(run.Wish(tasks, rounds), built, screen.say))
    except (StackError, TasksUnfinished, ContenderFailed) as error:
        sys.exit(str(error))
    except aiohttp.ClientError as error:
        sys.exit(_gone(error))
    medians = results.medians(measured)
    ratios = results.ratios(medians)
    show(tables.workers_table(medians))
    show(tables.ratios_table(ratios))
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "workers",
            "machine": asdict(before),
            "tasks": tasks,
            "rounds": rounds,
            "measurements": [asdict(measurement) for measurement in measured],
            "ratios": ratios,
        },
    )


@app.command()
def replay(
    *,
    sessions: Annotated[int, typer.Option(help="About so many of the recorded sessions.", min=10)] = SESSIONS,
    per_second: Annotated[float, typer.Option(help="New calls a second.", min=0.1)] = 4.0,
    json_file: JsonFile = None,
) -> None:
    """Walk recorded sessions with the functions' policies off and on."""
    before = machine.look()
    walks = chosen(read(), sessions)
    try:
        off, on = replaying.measure(walks, per_second, Screen().say)
    except StackError as error:
        sys.exit(str(error))
    except aiohttp.ClientError as error:
        sys.exit(_gone(error))
    ratios = replay_results.ratios(off, on)
    show(tables.replay_table(off, on))
    show(tables.sources_table(off, on))
    show(tables.ratios_table(ratios))
    for sentence in on.wrong:
        show(sentence)
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "replay",
            "machine": asdict(before),
            "new_calls_per_second": per_second,
            "off": asdict(off),
            "on": asdict(on),
            "ratios": ratios,
            "wrong_answers": len(on.wrong),
        },
    )


@app.command()
def calls(
    *,
    sessions: Annotated[int, typer.Option(help="Calls on each of three stacks.", min=4)] = 60,
    per_second: Annotated[float, typer.Option(help="New calls a second on each.", min=0.05)] = 0.5,
    tries: Annotated[int, typer.Option(help="Of the group that asks several systems at once.", min=2)] = 100,
    json_file: JsonFile = None,
) -> None:
    """Measure how long calls of internet support take with prefetch, parallel functions and cache, and without."""
    before = machine.look()
    try:
        measured = calling.measure(calling.Wish(sessions, per_second, tries), Screen().say)
        found = calls_results.figures(measured.calls, measured.tried)
    except (StackError, ValueError) as error:
        sys.exit(str(error))
    except aiohttp.ClientError as error:
        sys.exit(_gone(error))
    show(tables.calls_table(found))
    show(tables.saved_table(found))
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "calls",
            "machine": asdict(before),
            "new_calls_per_second": per_second,
            **asdict(found),
            "calls": {name: [asdict(call) for call in made] for name, made in measured.calls.items()},
        },
    )


@app.command()
def step(
    *,
    samples: Annotated[int, typer.Option(help="Steps of each walker in each case.", min=20)] = 2000,
    sessions: Annotated[int, typer.Option(help="Live sessions behind the loaded cases.", min=1)] = 5000,
    per_second: Annotated[float, typer.Option(help="Functions a second that they call.", min=0.1)] = 33.0,
    json_file: JsonFile = None,
) -> None:
    """Measure the way from "Next" to the next form beside the same engine asked directly."""
    before = machine.look()
    try:
        measured = asyncio.run(stepping.measure(stepping.Wish(samples, sessions, per_second), Screen().say))
    except (StackError, StepMissing) as error:
        sys.exit(str(error))
    except aiohttp.ClientError as error:
        sys.exit(_gone(error))
    ratios = step_results.ratios(measured.spreads)
    show(tables.step_table(measured))
    show(tables.ratios_table({**ratios, "requery_share": measured.requery_share}))
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "step",
            "machine": asdict(before),
            "live_sessions": sessions,
            "functions_per_second": per_second,
            "background_steps": measured.background_done,
            "background_failures": measured.background_failed,
            "milliseconds": {f"{case}, {name}": asdict(spread) for (case, name), spread in measured.spreads.items()},
            "facade_cpu_ms_per_step": dict(measured.facade_cpu_ms),
            "ratios": ratios,
            "requery_share": measured.requery_share,
        },
    )


@app.command()
def player(
    *,
    rounds: Annotated[int, typer.Option(help="Visits of each page, after one that warms everything up.", min=1)] = 7,
    json_file: JsonFile = None,
) -> None:
    """Measure the player in Chromium beside a page with the bare form-js viewer."""
    screen = Screen()
    before = machine.look()
    try:
        program = chromium.bring(screen.say)
        measured = asyncio.run(visiting.measure(rounds, program, build_bare(screen), screen.say))
    except StackError as error:
        sys.exit(str(error))
    except BrowserError as error:
        sys.exit(f"A page did not come to what was awaited: {error.message.splitlines()[0]}")
    figures = player_results.figures(measured.bare, measured.player)
    show(tables.player_table(figures))
    show(tables.files_table(measured.player[-1].files))
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "player",
            "machine": asdict(before),
            "rounds": rounds,
            **figures,
            "bare_form_ms": measured.bare,
            "visits": [
                {
                    "shell_ms": each.shell,
                    "form_ms": each.form,
                    "start_ms": each.start,
                    "steps_ms": each.steps,
                    "keystrokes_ms": each.keystrokes,
                }
                for each in measured.player
            ],
            "files": {path: file.bytes for path, file in measured.player[-1].files.items()},
        },
    )


@app.command()
def publish(
    *,
    sessions: Annotated[int, typer.Option(help="Live sessions.", min=1)] = 5000,
    publications: Annotated[int, typer.Option(help="Half of them with 20 test cases.", min=1)] = 20,
    rollbacks: Annotated[int, typer.Option(help="Evenly among the publications.", min=0)] = 5,
    starts: Annotated[float, typer.Option(help="Sessions that start a second.", min=0.1)] = 5.0,
    submits: Annotated[float, typer.Option(help="Steps that are answered a second.", min=0.1)] = 10.0,
    json_file: JsonFile = None,
) -> None:
    """Publish and roll back while thousands of sessions go on."""
    before = machine.look()
    wish = publishing.Wish(sessions, publications, rollbacks, starts, submits)
    try:
        measured = asyncio.run(publishing.measure(wish, Screen().say))
    except (StackError, PublicationRefused, publishing.NeverSwitched) as error:
        sys.exit(str(error))
    except aiohttp.ClientError as error:
        sys.exit(_gone(error))
    figures = publish_results.figures(measured)
    show(tables.publish_table(measured))
    show(tables.figures_table(figures))
    _tell_machine(before)
    _write(
        json_file,
        {
            "benchmark": "publish",
            "machine": asdict(before),
            "wish": asdict(wish),
            **figures,
            "measured": asdict(measured),
        },
    )


def _gone(error: Exception) -> str:
    return f"The benchmark's stack stopped answering ({type(error).__name__}); its logs are in {FOLDER}."


def _tell_machine(before: machine.Machine) -> None:
    Console(stderr=True, highlight=False).print(
        f"\n{before.processors} processors, load {before.load} and {before.busy:.0%} busy before the start"
    )


def _write(file: Path | None, document: Mapping[str, Any]) -> None:
    if file is not None:
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
