"""The guard of canaries: a release that does worse than the one before is rolled back by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.rollouts import ArmFigures, Rollout, Rollouts, Switch

AUTHOR = "canary guard"


@dataclass(frozen=True)
class _Comparison:
    """How a canary does beside the release before.

    Attributes:
        canary: its sessions.
        control: those of the release before that began since the canary did, or, where these are too few, before it.
    """

    canary: ArmFigures
    control: ArmFigures


async def judge_canaries(rollouts: Rollouts) -> list[Rollout]:
    """End every canary that does worse than its guard allows, and say why.

    Several may judge at once: a rollout that somebody switches meanwhile is left as it is.

    Returns:
        The rollouts as they stand where a canary has ended.

    Raises:
        StoreUnavailable: the database cannot be reached; what was ended stays so.
    """
    ended: list[Rollout] = []
    for rollout in await rollouts.with_canaries():
        causes = []
        rules = []
        for rule in rollout.rules:
            cause = await _worse(rollouts, rollout.script, rule)
            causes += [cause] if cause else []
            rules.append({key: value for key, value in rule.items() if key != "canary"} if cause else rule)
        if not causes:
            continue
        why = {language: " ".join(cause[language] for cause in causes) for language in ("ru", "en")}
        done = await rollouts.switch(Switch(rollout.script, rules, AUTHOR, cause=why), rollout.version)
        ended += [done] if done else []
    return ended


async def _worse(rollouts: Rollouts, script: str, rule: dict[str, Any]) -> dict[str, str] | None:
    """Why the canary of a rule has to end; None where it need not, or not yet."""
    canary = rule.get("canary")
    if not canary or not canary.get("guard"):
        return None
    guard, since = canary["guard"], datetime.fromisoformat(canary["since"])
    least = guard["min_sessions"]
    its_own = await rollouts.figures(script, canary["release"], "canary", since)
    if its_own.sessions < least:
        return None
    others = await rollouts.figures(script, rule["release"], "control", since)
    if others.sessions < least:
        others = await rollouts.figures_before(script, rule["release"], since, limit=max(least, _COMPARED_BEFORE))
    if others.sessions == 0:
        return None
    found = list(_complaints(guard, _Comparison(its_own, others)))
    if not found:
        return None
    names = {"canary": canary["release"], "release": rule["release"], "sessions": its_own.sessions}
    return {
        language: _SENTENCES[language].format(**names, what="; ".join(one[language] for one in found))
        for language in ("ru", "en")
    }


_COMPARED_BEFORE = 200
"""Sessions of the release before, where too few began beside the canary."""
_SENTENCES = {
    "ru": "Пробная доля с релизом {canary} снята, новые сессии снова получают релиз {release}: {what} (сессий пробной"
    " доли: {sessions}).",
    "en": "The canary with release {canary} is over, new sessions get release {release} again: {what} (sessions of the"
    " canary: {sessions}).",
}


def _complaints(guard: dict[str, Any], seen: _Comparison) -> Iterator[dict[str, str]]:
    shares = (
        ("errors", "сессий с отказом функции", "sessions with a failed function"),
        ("cancellations", "сессий отменено или брошено", "sessions cancelled or abandoned"),
    )
    for name, ru, en in shares:
        allowed = guard.get(name)
        now = 100 * getattr(seen.canary, name) / seen.canary.sessions
        before = 100 * getattr(seen.control, name) / seen.control.sessions
        if allowed is not None and now - before > allowed:
            yield {
                "ru": f"{ru} {now:.0f} % против {before:.0f} %, допустимо больше на {allowed:g} п. п.",
                "en": f"{now:.0f} % {en} against {before:.0f} %, {allowed:g} points more are allowed",
            }
    allowed, now_took, took = guard.get("handling_time"), seen.canary.handling_time, seen.control.handling_time
    if allowed is not None and now_took is not None and took and now_took > took * (1 + allowed / 100):
        yield {
            "ru": f"медиана разговора {now_took:.0f} с против {took:.0f} с, допустимо больше на {allowed:g} %",
            "en": f"the median takes {now_took:.0f} s against {took:.0f} s, {allowed:g} % more are allowed",
        }
