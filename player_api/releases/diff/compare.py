"""Comparing two states of a script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from player_api.releases.diff.things import Thing, things_of
from player_api.releases.diff.words import sentence

_WRITTEN_BY_US = frozenset({"historyTimeToLive", "versionTag", "calledElementBinding", "formRefBinding"})
"""Properties that closing sets where the author has not."""


class Changed(StrEnum):
    """What has happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """Only its place has changed: in the drawing, among the fields, or among the rows."""


@dataclass(frozen=True)
class Change:
    """One thing that is different.

    Attributes:
        file: where it is.
        element: id of the element, field or row; None where it is about the file.
        change: what has happened.
        property: which property, None where the whole thing is new, gone or moved.
        before: the property as it was.
        after: the property as it is.
        ru: the same as a sentence.
        en: in English.
    """

    file: str
    element: str | None
    change: Changed
    property: str | None
    before: str | None
    after: str | None
    ru: str
    en: str


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Change]:
    """Say what is different, file by file.

    How the files are written makes no difference: spaces, the order of attributes and prefixes are no changes.

    Args:
        before: the files of a state by name.
        after: those of the other one.
    """
    old, new = things_of(before), things_of(after)
    changes: list[Change] = []
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was is None and now is not None:
            changes.append(_whole(now, Changed.ADDED))
        elif now is None and was is not None:
            changes.append(_whole(was, Changed.REMOVED))
        elif was is not None and now is not None:
            changes += _between(was, now)
    return changes


def _whole(thing: Thing, change: Changed) -> Change:
    said = sentence(thing, change, None, None, None)
    return Change(thing.file, thing.id or None, change, None, None, None, said["ru"], said["en"])


def _between(was: Thing, now: Thing) -> Iterator[Change]:
    names = [*was.properties, *(name for name in now.properties if name not in was.properties)]
    changed = False
    for name in names:
        before, after = was.properties.get(name), now.properties.get(name)
        if before == after or name == "order" or (name in _WRITTEN_BY_US and None in {before, after}):
            continue
        changed = True
        said = sentence(now, Changed.CHANGED, name, before, after)
        yield Change(now.file, now.id or None, Changed.CHANGED, name, before, after, said["ru"], said["en"])
    is_elsewhere = was.drawing != now.drawing or was.properties.get("order") != now.properties.get("order")
    if not changed and is_elsewhere:
        yield _whole(now, Changed.MOVED)
