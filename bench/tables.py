"""What was measured, as tables for a person."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from rich.table import Table

from bench.calls.results import Figures as CallFigures
from bench.player.results import File, shell_files
from bench.publish import results as publishing
from bench.replay.results import Figures
from bench.step.results import BARE, OURS
from bench.step.run import CASES, Measured
from bench.workers.contenders import SLOW, TRIVIAL
from bench.workers.results import Median


def player_table(figures: Mapping[str, float]) -> Table:
    """The player's figures, each with the most that it may be."""
    table = Table("player", box=None, pad_edge=False)
    table.add_column("measured", justify="right")
    table.add_column("at most", justify="right")
    rows = (
        ("total_brotli_kb", "fetched until the first form, kB", 200.0),
        ("shell_brotli_kb", "  of which for the shell, kB", 30.0),
        ("shell_vs_bare", "shell : bare page's form", 0.5),
        ("form_vs_bare", "first form : bare page's form", 1.1),
        ("step_paint_ms", "answer to painted step, ms", 100.0),
        ("keystroke_ms", "keystroke in 150 fields, ms", 50.0),
    )
    for name, title, most in rows:
        table.add_row(title, f"{figures[name]:g}", f"{most:g}")
    return table


def files_table(files: Mapping[str, File]) -> Table:
    """What was fetched of the player, file by file."""
    table = Table("\nfile", box=None, pad_edge=False)
    table.add_column("\nbytes", justify="right")
    table.add_column("\nfor", justify="right")
    shell = shell_files(files)
    for path, file in sorted(files.items(), key=lambda item: -item[1].bytes):
        table.add_row(path, f"{file.bytes}", "shell" if path in shell else "form")
    return table


def replay_table(off: Figures, on: Figures) -> Table:
    """Both replays side by side."""
    table = Table("policies", box=None, pad_edge=False)
    table.add_column("off", justify="right")
    table.add_column("on", justify="right")
    rows: Sequence[tuple[str, Callable[[Figures], str]]] = (
        ("sessions", lambda each: f"{each.sessions}"),
        ("  of which ended", lambda each: f"{each.states.get('ended', 0)}"),
        ("operators waited in all, s", lambda each: f"{each.waiting:.0f}"),
        ("  for one session, s", lambda each: f"{each.waiting / each.sessions:.2f}"),
        ("  median of one wait, s", lambda each: f"{each.typical:.3f}"),
        ("  95 % of waits within, s", lambda each: f"{each.slow:.3f}"),
        ("functions that failed before an operator", lambda each: f"{each.failures}"),
        ("calls to the systems", lambda each: f"{each.calls}"),
        ("wrong or too old answers", lambda each: f"{len(each.wrong)}"),
    )
    for title, figure in rows:
        table.add_row(title, figure(off), figure(on))
    return table


def calls_table(found: CallFigures) -> Table:
    """What calls took with each variant."""
    table = Table("handling a call", box=None, pad_edge=False)
    for title in ("mean s", "median s", "95 % within s", "of which waiting, s"):
        table.add_column(title, justify="right")
    for name, title in (
        ("nothing", "without cache and prefetch"),
        ("cache", "with cache"),
        ("prefetch", "with cache and prefetch"),
    ):
        spread = found.spreads[name]
        times = (spread.mean, spread.median, spread.p95, spread.waiting)
        table.add_row(title, *(f"{seconds:.1f}" for seconds in times))
    return table


def saved_table(found: CallFigures) -> Table:
    """What each mechanism saves."""
    table = Table("\nsaved a call by", box=None, pad_edge=False)
    table.add_column("\ns", justify="right")
    for name, seconds in found.saved.items():
        table.add_row(name, f"{seconds:.2f}")
    table.add_row("calls compared, left out", f"{found.compared}, {found.left_out}")
    return table


def sources_table(off: Figures, on: Figures) -> Table:
    """By what mechanism answers came, function by function."""
    table = Table("\nfunction", "\n", "\nanswer from", box=None, pad_edge=False)
    for title in ("\nruns", "\nmean s", "calls\na run"):
        table.add_column(title, justify="right")
    for function in sorted({*off.by_source, *on.by_source}):
        for word, found in (("off", off), ("on", on)):
            for source, told in found.by_source.get(function, {}).items():
                table.add_row(function, word, source, f"{told.runs}", f"{told.seconds:.3f}", f"{told.calls:.2f}")
    return table


def workers_table(medians: Mapping[tuple[str, str], Median]) -> Table:
    """All contenders, a row each."""
    table = Table("worker", box=None, pad_edge=False)
    for work in (TRIVIAL, SLOW):
        table.add_column(f"{work.name}, {work.slots} slots\ntasks/s", justify="right")
        table.add_column("CPU s per\n1,000 tasks", justify="right")
    for name in dict.fromkeys(contender for contender, _ in medians):
        found = [medians[name, work.name] for work in (TRIVIAL, SLOW)]
        figures = [text for median in found for text in (f"{median.per_second:.1f}", f"{median.cpu:.2f}")]
        table.add_row(name, *figures)
    return table


def step_table(measured: Measured) -> Table:
    """Both walkers in every case."""
    table = Table("\nfrom Next to the next form", "\n", box=None, pad_edge=False)
    for title in ("\np50 ms", "\np95 ms", "\np99 ms", "facade CPU\nms a step"):
        table.add_column(title, justify="right")
    for case in CASES:
        for walker in (OURS, BARE):
            found = measured.spreads[case.name, walker]
            cpu = f"{measured.facade_cpu_ms[case.name]:.1f}" if walker == OURS else ""
            table.add_row(case.title, walker, f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.p99:.1f}", cpu)
    table.caption = f"{measured.background_done} steps behind the loaded cases, {measured.background_failed} failed"
    return table


def publish_table(measured: publishing.Measured) -> Table:
    """How long new sessions waited for a release, by kind of switch, and what went on meanwhile."""
    table = Table("until the first new session on it", box=None, pad_edge=False)
    for title in ("times", "median s", "longest s"):
        table.add_column(title, justify="right")
    for kind in (publishing.PUBLISHED, publishing.TESTED, publishing.ROLLED_BACK):
        seconds = [switch.seconds for switch in measured.switches if switch.kind == kind]
        if seconds:
            table.add_row(kind, f"{len(seconds)}", f"{median(seconds):.2f}", f"{max(seconds):.2f}")
    failures = "".join(f"; {count} times {said}" for said, count in measured.failures.items())
    table.caption = f"{measured.starts} sessions started, {measured.submits} steps answered{failures}"
    return table


def figures_table(figures: Mapping[str, float]) -> Table:
    """Every figure."""
    table = Table("\nfigure", "\n", box=None, pad_edge=False)
    for name, figure in figures.items():
        table.add_row(name, f"{figure:g}")
    return table


def ratios_table(ratios: Mapping[str, float]) -> Table:
    """Every ratio."""
    table = Table("\nratio", box=None, pad_edge=False)
    table.add_column("\nours : theirs", justify="right")
    for name, ratio in ratios.items():
        table.add_row(name, f"{ratio:.2f}")
    return table
