"""The judge: which sessions got a release that was not theirs, and which ran on two."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """A session that was started.

    Attributes:
        created: by the database's clock, just before the rollout was read.
        answered: when the answer with its first step was there.
    """

    session: str
    channel: str
    release: int
    created: datetime
    answered: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the rollout.

    Attributes:
        since: when the transaction that made it began; before that nobody can have seen it.
        until: when the next switch was answered; after that nobody can see it. None where there was none.
        rules: as the API shows them.
    """

    since: datetime
    until: datetime | None
    rules: Sequence[Mapping[str, Any]]


def versions(history: Iterable[Mapping[str, Any]], answered: Mapping[int, datetime]) -> list[Version]:
    """Read the versions of the rollout out of its history.

    Args:
        history: as the API gives it, in any order.
        answered: when each switch was known to be done, by its version.
    """
    known = sorted(history, key=lambda each: int(each["version"]))
    ends = [answered[each["version"]] for each in known[1:]]
    return [
        Version(datetime.fromisoformat(each["changed_at"]), end, each["rules"])
        for each, end in zip(known, [*ends, None], strict=True)
    ]


def due(rules: Sequence[Mapping[str, Any]], channel: str) -> int | None:
    """The release that a channel's sessions get: that of the rule for the channel, or else of the one for everyone."""
    by_channel = {rule.get("channel"): int(rule["release"]) for rule in rules}
    return by_channel.get(channel, by_channel.get(None))


def misrouted(starts: Iterable[Start], known: Sequence[Version]) -> list[str]:
    """The sessions on a release that no version in force between their creation and the answer names for them."""
    return [start.session for start in starts if start.release not in _possible(start, known)]


def _possible(start: Start, known: Sequence[Version]) -> set[int | None]:
    return {
        due(version.rules, start.channel)
        for version in known
        if version.since <= start.answered and (version.until is None or start.created <= version.until)
    }


@dataclass(frozen=True, slots=True)
class Instance:
    """A process instance in the engine's history, of the script itself or called by it."""

    business_key: str
    definition: str


def deployments(instances: Iterable[Instance], of_definition: Mapping[str, str]) -> dict[str, set[str]]:
    """The deployments that each session's instances ran on, by business key.

    Args:
        instances: all of the engine's history.
        of_definition: deployment of each definition.
    """
    found: dict[str, set[str]] = {}
    for instance in instances:
        found.setdefault(instance.business_key, set()).add(of_definition[instance.definition])
    return found


def mixed(by_session: Mapping[str, set[str]]) -> list[str]:
    """The sessions whose instances ran on more than one deployment."""
    return sorted(session for session, found in by_session.items() if len(found) > 1)


def now() -> datetime:
    """This moment, as the database would say it: both are on one machine."""
    return datetime.now(UTC)
