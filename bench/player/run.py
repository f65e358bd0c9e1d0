"""Both pages in turn, round by round."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.player import scripts
from bench.player.results import Visit
from bench.player.serving import serving
from bench.player.visits import browsing, visit_bare, visit_player
from bench.private_stack import FOLDER, private_stack

Say = Callable[[str], None]
"""Told how far things are."""


@dataclass
class Measured:
    """What was measured: of the bare page when its form was there, of the player's page everything."""

    bare: list[float] = field(default_factory=list)
    player: list[Visit] = field(default_factory=list)


async def measure(rounds: int, program: Path, bare: Path, say: Say) -> Measured:
    """Start a private stack, visit both pages in turn, and stop it.

    Args:
        rounds: that are measured; one more warms everything up.
        program: Chromium.
        bare: the folder with the built bare page.
        say: told how far things are.

    Raises:
        StackError: the stack doesn't start, or refuses.
        playwright.async_api.Error: a page doesn't come to what is awaited.
    """
    folder = FOLDER / "player-script" / scripts.SCRIPT
    scripts.write(folder)
    measured = Measured()
    with private_stack("player", {}) as stack:
        scripts.publish(stack, folder)
        async with serving(stack, bare) as url, browsing(program) as browser:
            say("warming up")
            await visit_bare(browser, url)
            await visit_player(browser, url)
            for number in range(1, rounds + 1):
                measured.bare.append(await visit_bare(browser, url))
                visit = await visit_player(browser, url)
                measured.player.append(visit)
                say(
                    f"round {number}: bare form {measured.bare[-1]:.0f} ms; "
                    f"player's shell {visit.shell:.0f} ms, form {visit.form:.0f} ms"
                )
    return measured
