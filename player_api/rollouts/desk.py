"""Switching rollouts, and switching them back."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from player_api.rollouts.errors import NothingToRollBack, RolloutChanged, RolloutRefused, RolloutUnknown
from player_api.rollouts.models import NewRollout, Rule, stored
from player_api.sessions.context import Caller
from store.rollouts import Rollout, Rollouts, Rules, Switch

BringBack = Callable[[tuple[str, int], str], Awaitable[object]]
"""Takes a script's key with a release's number, and who wants it."""
_HISTORY = 200
_Place = tuple[str | None, str | None, str | None]


class RolloutDesk:
    """What publishers do with rollouts.

    Args:
        rollouts: where they are kept.
        bring_back: has the engine hold a release again that has left it; does nothing where it does.
        clock: the time, with a zone.
    """

    def __init__(
        self, rollouts: Rollouts, bring_back: BringBack, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._rollouts = rollouts
        self._bring_back = bring_back
        self._clock = clock

    async def read(self, script: str) -> Rollout:
        """Return what is rolled out.

        Raises:
            RolloutUnknown: nothing ever was.
        """
        rollout = await self._rollouts.read(script)
        if rollout is None:
            raise RolloutUnknown(f"nothing of {script} was ever rolled out")
        return rollout

    async def history(self, script: str) -> list[Rollout]:
        """Return the newest switches.

        Raises:
            RolloutUnknown: there was none.
        """
        switches = await self._rollouts.history(script, _HISTORY)
        if not switches:
            raise RolloutUnknown(f"nothing of {script} was ever rolled out")
        return switches

    async def switch(self, caller: Caller, script: str, seen: int | None, wanted: NewRollout) -> Rollout:
        """Replace the rules; new sessions go by them from now on.

        Args:
            caller: who does.
            script: the script's key.
            seen: the version that the rules were made on; any where nothing was ever rolled out.
            wanted: the rules.

        Raises:
            RolloutRefused: they are not possible.
            RolloutChanged: the rollout is at another version.
            EngineError: a release has left the engine and can't be brought back to it.
        """
        now = await self._rollouts.read(script)
        if now is not None and now.version != seen:
            raise RolloutChanged(now)
        named = {rule.release for rule in wanted.rules} | {
            rule.canary.release for rule in wanted.rules if rule.canary is not None
        }
        refusals = list(_refusals(wanted.rules, await self._startable(script, named, caller)))
        if refusals:
            raise RolloutRefused(refusals)
        running = _canaries(now.rules) if now else {}
        rules = [stored(rule, self._since(rule, running)) for rule in wanted.rules]
        switch = Switch(script, rules, caller.name, correlation_id=caller.correlation_id)
        return await self._carried_out(switch, now.version if now else None)

    async def release_to_all(self, caller: Caller, script: str, release: int) -> Rollout:
        """Give a release to all sessions that no more specific rule is about; a canary of that rule is over.

        Raises:
            RolloutChanged: somebody else switches all the time.
        """
        for _ in range(_TRIES):
            now = await self._rollouts.read(script)
            others = [rule for rule in now.rules if _place(rule) != _EVERYONE] if now else []
            rules = [{"release": release}, *others]
            if now is not None and list(now.rules) == rules:
                return now
            switch = Switch(script, rules, caller.name, correlation_id=caller.correlation_id)
            done = await self._rollouts.switch(switch, now.version if now else None)
            if done is not None:
                return done
        raise RolloutChanged(await self.read(script))

    async def roll_back(self, caller: Caller, script: str) -> Rollout:
        """Go back to the rules before the last switch; once more, to those before these.

        Raises:
            RolloutUnknown: nothing of the script was ever rolled out.
            NothingToRollBack: there were no other rules.
            RolloutChanged: somebody else has switched meanwhile.
        """
        history = await self.history(script)
        now = history[0]
        at = now.restored or now.version
        earlier = next(
            (switch for switch in history if switch.version < at and list(switch.rules) != list(now.rules)), None
        )
        if earlier is None:
            raise NothingToRollBack(f"there were no other rules of {script} before")
        await self._startable(script, set(_releases(earlier.rules)), caller)
        switch = Switch(
            script, earlier.rules, caller.name, restored=earlier.version, correlation_id=caller.correlation_id
        )
        return await self._carried_out(switch, now.version)

    async def _startable(self, script: str, wanted: set[int], caller: Caller) -> set[int]:
        """Return the releases that sessions can start on; those that are wanted come back into the engine for it."""
        possible = await self._rollouts.deployed(script)
        if not wanted - possible:
            return possible
        for number in sorted(wanted - possible):
            await self._bring_back((script, number), caller.name)
        return await self._rollouts.deployed(script)

    async def _carried_out(self, switch: Switch, seen: int | None) -> Rollout:
        done = await self._rollouts.switch(switch, seen)
        if done is None:
            raise RolloutChanged(await self.read(switch.script))
        return done

    def _since(self, rule: Rule, running: dict[_Place, dict[str, Any]]) -> datetime:
        """When a canary began: what runs already goes on."""
        before = running.get(rule.place)
        if before is not None and rule.canary is not None and before["release"] == rule.canary.release:
            return datetime.fromisoformat(before["since"])
        return self._clock()


_TRIES = 5
_EVERYONE: _Place = (None, None, None)


def _place(rule: dict[str, Any]) -> _Place:
    return rule.get("channel"), rule.get("tenant"), rule.get("team")


def _canaries(rules: Rules) -> dict[_Place, dict[str, Any]]:
    return {_place(rule): rule["canary"] for rule in rules if rule.get("canary")}


def _releases(rules: Rules) -> Iterator[int]:
    for rule in rules:
        yield rule["release"]
        if rule.get("canary"):
            yield rule["canary"]["release"]


def _refusals(rules: Sequence[Rule], possible: set[int]) -> Iterator[str]:
    for place, times in Counter(rule.place for rule in rules).items():
        if times > 1:
            named = ", ".join(word for word in place if word) or "everyone"
            yield f"{times} rules are for {named}: which of them wins would be chance"
    wanted = {rule.release for rule in rules} | {rule.canary.release for rule in rules if rule.canary}
    for number in sorted(wanted - possible):
        yield f"there is no release {number} that sessions could start on"
    for rule in rules:
        if rule.canary is not None and rule.canary.release == rule.release:
            yield f"release {rule.release} can't be the canary of itself"
