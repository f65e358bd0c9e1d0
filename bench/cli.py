"""The commands of ``python -m bench``, which ``./scripts/bench`` starts."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench import machine
from bench.workers import results, run
from bench.workers.building import build
from bench.workers.contenders import SLOW, TRIVIAL
from bench.workers.processes import ContenderFailed
from bench.workers.tasks import TasksUnfinished
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
        with screen.downloading() as progress:
            built = build(progress)
        measured = asyncio.run(run.measure(run.Wish(tasks, rounds), built, screen.say))
    except (StackError, TasksUnfinished, ContenderFailed) as error:
        sys.exit(str(error))
    medians = results.medians(measured)
    ratios = results.ratios(medians)
    show(_workers_table(medians))
    show(_ratios_table(ratios))
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


def _workers_table(medians: Mapping[tuple[str, str], results.Median]) -> Table:
    table = Table("worker", box=None, pad_edge=False)
    for work in (TRIVIAL, SLOW):
        table.add_column(f"{work.name}, {work.slots} slots\ntasks/s", justify="right")
        table.add_column("CPU s per\n1,000 tasks", justify="right")
    for name in dict.fromkeys(contender for contender, _ in medians):
        found = [medians[name, work.name] for work in (TRIVIAL, SLOW)]
        figures = [text for median in found for text in (f"{median.per_second:.1f}", f"{median.cpu:.2f}")]
        table.add_row(name, *figures)
    return table


def _ratios_table(ratios: Mapping[str, float]) -> Table:
    table = Table("\nratio", box=None, pad_edge=False)
    table.add_column("\nours : theirs", justify="right")
    for name, ratio in ratios.items():
        table.add_row(name, f"{ratio:.2f}")
    return table


def _tell_machine(before: machine.Machine) -> None:
    Console(stderr=True, highlight=False).print(
        f"\n{before.processors} processors, load {before.load} and {before.busy:.0%} busy before the start"
    )


def _write(file: Path | None, document: Mapping[str, Any]) -> None:
    if file is not None:
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
