"""What the publish benchmark measured, and the figures that it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PUBLISHED, TESTED, ROLLED_BACK = "published, tests skipped", "published, 20 test cases", "rolled back"


@dataclass(frozen=True, slots=True)
class Switch:
    """One publication or rollback.

    Attributes:
        kind: PUBLISHED, TESTED or ROLLED_BACK.
        release: that new sessions get.
        seconds: from sending it to the answer of the first new session on that release.
    """

    kind: str
    release: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured.

    Attributes:
        switches: in order.
        starts: sessions that were started.
        submits: that were answered.
        failures: starts and submits that were not carried out, by how they were answered.
        mixed: sessions on two deployments, by the engine's history.
        misrouted: sessions on a release that was not theirs by the rollout.
        unseen: sessions that the engine's history does not know, about which nothing can be said.
    """

    switches: Sequence[Switch]
    starts: int
    submits: int
    failures: Mapping[str, int]
    mixed: Sequence[str]
    misrouted: Sequence[str]
    unseen: Sequence[str]


def figures(measured: Measured) -> dict[str, float]:
    """The figures, under the names of the acceptance; of a kind of switch that was not asked for there is none."""
    names = {
        PUBLISHED: "publish_seconds_max",
        TESTED: "publish_with_tests_seconds_max",
        ROLLED_BACK: "rollback_seconds_max",
    }
    longest: dict[str, float] = {}
    for switch in measured.switches:
        name = names[switch.kind]
        longest[name] = max(longest.get(name, 0.0), round(switch.seconds, 3))
    return {
        **longest,
        "failed_requests": sum(measured.failures.values()),
        "mixed_sessions": len(measured.mixed),
        "misrouted_sessions": len(measured.misrouted),
        "unseen_sessions": len(measured.unseen),
    }
