"""What a measurement finds on a line."""

import random
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, Field

from demo.inventory.lines import Fault, Line, lines


class Result(BaseModel):
    """What was measured."""

    status: str = Field(examples=["OK", "BREAK", "NOISE", "PORT_ERRORS", "NO_DEVICE"])
    distance_m: int = Field(description="Length of the cable, or how far away it is broken")
    attenuation_db: float
    crc_errors: int = Field(description="Within the last hour")
    summary: str = Field(description="What an engineer would say")


_STATUS: Mapping[Fault, tuple[str, str]] = {
    "none": ("OK", "линия исправна"),
    "break": ("BREAK", "обрыв кабеля"),
    "noise": ("NOISE", "сильное затухание, кабель повреждён или отсырел"),
    "port": ("PORT_ERRORS", "ошибки на порту"),
    "device": ("NO_DEVICE", "линия исправна, но роутер не отвечает"),
}


@cache
def known_lines() -> Mapping[str, Line]:
    """All lines by account."""
    return {line.account: line for line in lines()}


def measure(line: Line, *, port_restarted: bool) -> Result:
    """Measure a line; a restart mends the errors of a port."""
    chance = random.Random(line.account)  # noqa: S311 - always the same for a line
    fault: Fault = "none" if line.fault == "port" and port_restarted else line.fault
    status, summary = _STATUS[fault]
    length = chance.randint(30, 900)
    return Result(
        status=status,
        distance_m=chance.randint(5, length) if fault == "break" else length,
        attenuation_db=round(chance.uniform(28, 40) if fault == "noise" else chance.uniform(8, 18), 1),
        crc_errors=chance.randint(800, 9000) if fault == "port" else chance.randint(0, 12),
        summary=summary,
    )
