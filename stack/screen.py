"""What a person sees: progress on standard error, results on standard output."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.status import Status as Spinner
from rich.table import Table

from stack.parts import State
from stack.running import Running, Status
from stack.supervisor import Change

COLOURS = {State.READY: "green", State.STARTING: "yellow", State.RESTARTING: "red", State.STOPPED: "dim"}
_DEMO_SYSTEMS = ("/customers", "/inventory", "/measurements", "/knowledge", "/television")
LINES_OF_PROGRESS = 10
"""How many lines tell of a download where no bar can be drawn."""


class _Patient(Console):
    """A console whose reader may go away: what it would have said is lost, and nothing else."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


class Screen:
    """Tells a person how far things are.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = _Patient(stderr=True, highlight=False)
        self._clock = clock
        self._started: dict[str, float] = {}
        self._spinner = Spinner("", console=self._console)

    def say(self, text: str, style: str = "") -> None:
        """Print one line."""
        self._console.print(text, style=style, soft_wrap=True, markup=False)

    def change(self, change: Change) -> None:
        """Tell what has become of a part."""
        name = change.part.name
        took = f"{self._clock() - self._started.get(name, self._clock()):.1f} s"
        if change.state is State.STARTING:
            self._started[name] = self._clock()
        elif change.state is State.RESTARTING:
            self.say(f"  {name:<17}{change.note}", COLOURS[change.state])
        elif change.state is State.READY or (change.part.runs_once and change.state is State.STOPPED):
            self._started.pop(name, None)
            self.say(f"  {name:<17}{'done' if change.part.runs_once else 'ready'} after {took}")
        else:
            self._started.pop(name, None)
            self.say(f"  {name:<17}stopped")
        self._spin()

    def _spin(self) -> None:
        """Show what is being waited for, where lines can be overwritten."""
        if self._console.is_terminal and self._started:
            self._spinner.update(f"starting {', '.join(self._started)}")
            self._spinner.start()
        else:
            self._spinner.stop()

    def quiet(self) -> None:
        """Stop drawing; lines are still printed."""
        self._started.clear()
        self._spin()

    @contextmanager
    def downloading(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Give what is to be told how many of how many are there; nothing is shown until it is.

        Args:
            what: is downloaded, ``Java libraries``.
        """
        if not self._console.is_terminal:
            yield lambda done, total: self._count(what, done, total)
            return
        bar = Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=self._console)
        task = bar.add_task("")

        def progress(done: int, total: int) -> None:
            bar.start()
            bar.update(task, completed=done, total=total)

        try:
            yield progress
        finally:
            bar.stop()

    def _count(self, what: str, done: int, total: int) -> None:
        if done == total or done % (total // LINES_OF_PROGRESS or 1) == 0:
            self.say(f"{what}: {done}/{total}")


def addresses(running: Running, *, to_terminal: bool) -> str:
    """Where to go now, as a person reads it.

    Args:
        running: the stack.
        to_terminal: whether a person is looking; a password is shown to nobody else.
    """
    cockpit = running.credentials.cockpit
    password = cockpit.password if to_terminal else "in the file below"
    lines = {
        "Demo CRM": f"{running.urls['crm']}   open it and take a call",
        "Studio": f"{running.urls['facade']}/studio/   sign in with the key publisher or author from the file below",
        "API docs": f"{running.urls['facade']}/docs",
        "Cockpit": f"{running.cockpit_url}   user {cockpit.user}, password {password}",
        "Demo billing": f"{running.urls['demo-billing']}/docs",
        "Demo systems": f"{running.urls['demo-backoffice']} + {', '.join(_DEMO_SYSTEMS)}",
        "Logins and keys": str(running.folder.credentials),
        "Logs": str(running.folder.logs),
        "Walk a script": f"./scripts/walk promised_payment{running.folder.option}",
    }
    return "\n".join(["Script Manager is ready.", *(f"  {name:<17}{text}" for name, text in lines.items())])


def show(what: Table | str) -> None:
    """Print a result."""
    Console().print(what)


def table(status: Status) -> Table:
    """The parts of a stack, a row each."""
    made = Table("part", "state", "address", box=None, pad_edge=False)
    for name, part in status.parts.items():
        made.add_row(name, f"[{COLOURS[part.state]}]{part.state}[/]", part.url)
    return made
