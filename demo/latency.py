"""How long a demo system thinks before it answers."""

import math
import random

from pydantic import BaseModel, ConfigDict, Field, model_validator

Z99 = 2.326348
"""The 99th percentile of the standard normal distribution."""


class FixedLatency(BaseModel):
    """Always the same time, in milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fixed: float = Field(ge=0, le=600_000)

    def seconds(self, _chance: random.Random) -> float:
        """The time to wait."""
        return self.fixed / 1000


class SpreadLatency(BaseModel):
    """Log-normal, as times of real systems are: most answers are quick, a few take long. In milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    median: float = Field(gt=0, le=600_000)
    p99: float = Field(gt=0, le=600_000)

    @model_validator(mode="after")
    def _in_order(self) -> "SpreadLatency":
        if self.p99 < self.median:
            raise ValueError("p99 is not below the median")
        return self

    def seconds(self, chance: random.Random) -> float:
        """The time to wait, another one each time."""
        sigma = math.log(self.p99 / self.median) / Z99
        return self.median * math.exp(sigma * chance.gauss()) / 1000


Latency = FixedLatency | SpreadLatency


def parse_latency(given: object) -> object:
    """Read the short form ``fixed=50`` or ``median=120,p99=600``; anything else is left as it is.

    Raises:
        ValueError: it is text of another form.
    """
    if not isinstance(given, str):
        return given
    try:
        parts = dict(part.strip().split("=", 1) for part in given.split(","))
        return {name: float(value) for name, value in parts.items()}
    except ValueError:
        raise ValueError("a latency is written fixed=50 or median=120,p99=600, in milliseconds") from None
