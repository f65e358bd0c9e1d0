"""The commands of `python -m stack`, which the programs in scripts/ start."""

import asyncio
import functools
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, ParamSpec, cast

import click
import psutil
import structlog
import typer

from stack import detached, launch, leftovers, ports, running, web
from stack.chat import chat
from stack.drafts import drafts
from stack.engines import HistoryLevel
from stack.engines.products import PRODUCTS, EngineName
from stack.failures import AlreadyRunning, DiskFull, StackError, is_disk_full
from stack.folder import DEFAULT_DATA, DataFolder
from stack.releases import releases
from stack.screen import Screen, addresses, show, table
from stack.walk import walk

STOPPING_TAKES = 120
"""Seconds after which ``down`` gives up waiting."""
NOTHING_RUNS = 3
"""Exit code of ``status`` where no part runs."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="Folder that keeps the data between runs.")]
P = ParamSpec("P")


def in_a_sentence(command: Callable[P, None]) -> Callable[P, None]:
    """Turn whatever goes wrong in a command into one sentence and exit code 1; a traceback goes to a log.

    Args:
        command: may take the folder with the data as ``data``.
    """

    @functools.wraps(command)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        folder = DataFolder(cast("Path", options.get("data", DEFAULT_DATA)).resolve())
        try:
            command(*arguments, **options)
        except (typer.Exit, typer.Abort, click.ClickException):
            raise
        except StackError as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit("Interrupted; nothing was left running.")
        except Exception as error:  # noqa: BLE001  the last resort
            sys.exit(str(DiskFull(folder.path)) if is_disk_full(error) else _unexpected(error, folder))

    return told


def _unexpected(error: Exception, folder: DataFolder) -> str:
    log = folder.log("stack")
    folder.logs.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        processors: list[structlog.types.Processor] = [
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        structlog.wrap_logger(structlog.WriteLogger(file), processors).exception("unexpected")
    return f"Something unexpected happened ({type(error).__name__}: {error}); the details are in {log}."


@app.command()
@in_a_sentence
def up(  # noqa: PLR0913  each is an option of the command line
    *,
    data: Data = DEFAULT_DATA,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the data of earlier runs first.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything is ready.")] = False,
    kafka: Annotated[bool, typer.Option("--kafka", help="Start Kafka too.")] = False,
    engine: Annotated[
        EngineName | None, typer.Option(help="Which engine runs the scripts; otherwise that of the data, or camunda.")
    ] = None,
    port: Annotated[list[str] | None, typer.Option(metavar="PART=NUMBER", help="May be repeated.")] = None,
    port_choice: Annotated[
        Literal["usual", "free"], typer.Option("--ports", help="The usual ports, or any that are free.")
    ] = "usual",
    history_level: Annotated[
        HistoryLevel, typer.Option(help="How much the engine remembers of ended scripts; the first start fixes it.")
    ] = HistoryLevel.ACTIVITY,
    until_input_ends: Annotated[bool, typer.Option("--until-input-ends", hidden=True)] = False,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Start everything on this machine and keep it running; Ctrl-C stops it in order."""
    folder = DataFolder(data.resolve())
    screen = Screen()
    wish = launch.Wish(
        folder=folder,
        fresh=fresh,
        with_kafka=kafka,
        free_ports=port_choice == "free",
        chosen_ports=ports.parse(port or []),
        engine=engine,
        history=history_level,
        until_input_ends=until_input_ends,
    )
    if detach:
        _detach(wish, screen)
        return

    def ready() -> None:
        screen.quiet()
        if background:
            detached.let_go(folder.log("stack"))
        else:
            typer.echo(addresses(running.find(folder), to_terminal=sys.stdout.isatty()))
            screen.say("Ctrl-C stops everything.")

    with folder.held():
        plan = launch.plan(wish, screen)
        asyncio.run(launch.keep(plan, screen, until_input_ends=wish.until_input_ends, when_ready=ready))


@app.command()
@in_a_sentence
def down(data: Data = DEFAULT_DATA) -> None:
    """Stop what `up` started, in order."""
    folder = DataFolder(data.resolve())
    screen = Screen()
    if folder.is_held() and (pid := folder.holder()):
        supervisor = psutil.Process(pid)
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(STOPPING_TAKES)
        except psutil.TimeoutExpired as error:
            raise StackError(f"Process {pid} has not stopped within {STOPPING_TAKES} seconds.") from error
        screen.say("Everything is stopped.")
        return
    with folder.held():
        leftovers.stop(folder, screen.say)
    screen.say("Nothing runs.")


@app.command()
@in_a_sentence
def status(
    *, data: Data = DEFAULT_DATA, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Say which parts run; the exit code is 3 where nothing does."""
    folder = DataFolder(data.resolve())
    said = running.status(folder)
    if as_json:
        typer.echo(said.model_dump_json(indent=2))
    else:
        show(table(said) if said.runs else "Nothing runs; ./scripts/up starts everything.")
    if not said.runs:
        raise typer.Exit(NOTHING_RUNS)


@app.command()
@in_a_sentence
def fetch(
    *,
    kafka: Annotated[bool, typer.Option("--kafka", help="Kafka's too.")] = False,
    engine: Annotated[EngineName, typer.Option(help="Of which engine.")] = EngineName.CAMUNDA,
) -> None:
    """Download the Java libraries, build the web pages, and start nothing."""
    screen = Screen()
    launch.fetch_jars(screen, PRODUCTS[engine], with_kafka=kafka)
    web.workspace().build(screen)


app.command()(in_a_sentence(walk))
app.command()(in_a_sentence(chat))
app.command(context_settings={"ignore_unknown_options": True})(in_a_sentence(drafts))
app.command(context_settings={"ignore_unknown_options": True})(in_a_sentence(releases))


def _detach(wish: launch.Wish, screen: Screen) -> None:
    if wish.folder.is_held():
        raise AlreadyRunning(wish.folder.holder(), wish.folder.path)
    launch.fetch_jars(screen, launch.chosen_engine(wish), with_kafka=wish.with_kafka)
    web.workspace().build(screen)
    arguments = [argument for argument in sys.argv[1:] if argument != "--detach"]
    if not detached.start([*arguments, "--background"], screen.say):
        sys.exit(1)
    typer.echo(addresses(running.find(wish.folder), to_terminal=sys.stdout.isatty()))
    screen.say(f"./scripts/down{wish.folder.option} stops everything.")
