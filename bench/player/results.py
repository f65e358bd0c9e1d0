"""What was measured, and the figures that it comes to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

KILOBYTE = 1000
_STATIC = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\./[^"']+)["']""")


@dataclass(frozen=True)
class File:
    """A file of the player as it came.

    Attributes:
        bytes: of its body as it travelled.
        text: of the body itself.
    """

    bytes: int
    text: str


@dataclass(frozen=True)
class Visit:
    """One first visit of the player's page.

    Attributes:
        shell: milliseconds until something of the player could be seen.
        form: milliseconds until the first form could be filled in.
        files: what of the player had been fetched by then, by path below ``/player/``.
        steps: milliseconds from an answer's arrival to the painted step, for each change.
        keystrokes: milliseconds from a key to the painting after it, in the long form.
        start: milliseconds that the request took which started the session.
    """

    shell: float
    form: float
    files: Mapping[str, File] = field(default_factory=dict)
    steps: Sequence[float] = ()
    keystrokes: Sequence[float] = ()
    start: float = 0


def shell_files(files: Mapping[str, File], entry: str = "script-player.js") -> set[str]:
    """What the shell needs: the page's one script, and whatever that can't start without."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        folder = path.rpartition("/")[0]
        waiting += [f"{folder}/{name.removeprefix('./')}".lstrip("/") for name in _STATIC.findall(files[path].text)]
    return found


def figures(bare: Iterable[float], visits: Sequence[Visit]) -> dict[str, float]:
    """The six figures.

    Args:
        bare: milliseconds until the form of the bare page could be filled in, of each visit.
        visits: those of the player's page.
    """
    theirs = median(bare)
    files = visits[-1].files
    return {
        "total_brotli_kb": round(sum(file.bytes for file in files.values()) / KILOBYTE, 1),
        "shell_brotli_kb": round(sum(files[path].bytes for path in shell_files(files)) / KILOBYTE, 1),
        "shell_vs_bare": round(median(visit.shell for visit in visits) / theirs, 3),
        "form_vs_bare": round(median(visit.form for visit in visits) / theirs, 3),
        "step_paint_ms": round(median(step for visit in visits for step in visit.steps), 1),
        "keystroke_ms": round(median(key for visit in visits for key in visit.keystrokes), 1),
    }
