"""The shipped declarations with their policies on, as they are, and off; and what the judge needs to know of them."""

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from stack.folder import ROOT

SHIPPED = ROOT / "functions" / "declared"
_OF_FUNCTIONS = ("cache", "invalidates", "prefetch", "fallback", "retry")
_OF_SYSTEMS = ("breaker",)
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PLAIN_PATH = re.compile(r"response(?:\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a declaration promises about the answers of one function.

    Attributes:
        function: its name.
        method: of its call.
        path: template of its call, as the system's own log names it; None where it leaves none: a group, SQL.
        is_read: whether it changes nothing.
        outputs: of each variable the names that lead to its value in the response, where it is that simple.
        fresh: an answer may be used again for so long; None: never.
        stale: where the system is down, one of this age will do; None: none will.
        invalidates: functions whose earlier answers this one makes untrue.
        instead: outputs that are given in place of an answer where the system is down.
    """

    function: str
    method: str
    path: str | None
    is_read: bool
    outputs: Mapping[str, tuple[str, ...]]
    fresh: timedelta | None
    stale: timedelta | None
    invalidates: frozenset[str]
    instead: Mapping[str, Any] = field(default_factory=dict)


def promises(folder: Path = SHIPPED) -> list[Promise]:
    """Read what the functions of a folder promise."""
    return [_promise(yaml.safe_load(file.read_bytes())) for file in sorted(folder.glob("*.yaml"))]


def write_without(
    folder: Path,
    shipped: Path = SHIPPED,
    *,
    functions: tuple[str, ...] = _OF_FUNCTIONS,
    systems: tuple[str, ...] = _OF_SYSTEMS,
) -> Path:
    """Write the shipped declarations without some policies; return the folder.

    Args:
        folder: where; what is there is deleted.
        shipped: the declarations.
        functions: policies that functions are to go without; all but the deadline, which ends a call.
        systems: policies that systems are to go without.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shipped, folder)
    for file in folder.glob("*.yaml"):
        _leave_out(file, functions)
    for file in folder.glob("systems/*.yaml"):
        _leave_out(file, systems)
    return folder


def longest_use(known: Iterable[Promise], within: timedelta) -> timedelta:
    """The longest time, short of ``within``, after which it matters that an answer is older."""
    times = [time for promise in known for time in (promise.fresh, promise.stale) if time is not None and time < within]
    return max(times, default=timedelta())


def _leave_out(file: Path, fields: tuple[str, ...]) -> None:
    """Take fields away as text: read and written again, YAML would make ``true`` of a retry's ``on``."""
    kept, leaving = [], False
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith((" ", "-", "#")) and line.strip():
            leaving = line.partition(":")[0] in fields
        if not leaving:
            kept.append(line)
    file.write_text("".join(kept), encoding="utf-8")


def _promise(declared: Mapping[str, Any]) -> Promise:
    http = declared["call"].get("http", {})
    soap = declared["call"].get("soap")
    if soap is not None:
        http = {"method": "POST", "path": f"/soap#{soap['operation']}"}
    cache, fallback = declared.get("cache") or {}, declared.get("fallback") or {}
    return Promise(
        function=declared["name"],
        method=http.get("method", ""),
        path=http.get("path"),
        is_read=declared["effect"] == "read",
        outputs=dict(_paths(declared.get("outputs", {}))),
        fresh=_duration(cache.get("ttl")),
        stale=_duration(fallback.get("stale")),
        invalidates=frozenset(declared.get("invalidates", [])),
        instead=fallback.get("value", {}),
    )


def _paths(outputs: Mapping[str, Any]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, output in outputs.items():
        text = output["value"] if isinstance(output, dict) else output
        if _PLAIN_PATH.fullmatch(text):
            yield name, tuple(text.split(".")[1:])


def _duration(text: str | None) -> timedelta | None:
    if text is None:
        return None
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h|d)", text).groups()  # type: ignore[union-attr]  # checked by the product
    return timedelta(**{_UNITS[unit]: int(number)})
