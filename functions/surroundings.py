"""Time and chance, which tests replace."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run takes from the world besides systems.

    Attributes:
        clock: seconds that only go forward.
        sleep: waits so many seconds.
        chance: spreads repetitions.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.Random)
