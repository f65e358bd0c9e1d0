"""What demo television says: every answer tells its result, and a refusal its reason."""

import random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from demo.billing.wording import rubles
from demo.knowledge.models import models
from demo.television.boxes import Box, Package, Trouble
from demo.television.headend import Subscription

_STATE: dict[Trouble, tuple[str, str]] = {
    "none": ("GOOD", "поток чистый, без потерь"),
    "hung": ("HUNG", "приставка зависла и не отвечает на опрос полностью"),
    "loss": ("LOSS", "на линии теряются пакеты"),
    "wifi": ("WEAK_WIFI", "слабый вайфай между роутером и приставкой"),
}
_LOST = {"none": (0.0, 0.1), "hung": (0.0, 0.1), "loss": (2.0, 9.0), "wifi": (1.0, 4.0)}
"""Per cent of the packets, from and to."""


class _Answer(BaseModel):
    result: Literal["ok"] = "ok"


class Refusal(BaseModel):
    """Why not."""

    result: Literal["refused"] = "refused"
    reason: str = Field(examples=["no-box", "no-package", "no-restart", "no-subscription", "package-present"])


class BoxFacts(BaseModel):
    """A box as it is registered."""

    model: str
    name: str
    firmware: str


class BoxAnswer(_Answer):
    """The box of an account."""

    box: BoxFacts

    @classmethod
    def of(cls, box: Box) -> "BoxAnswer":
        """Describe a box."""
        name = next(model.name for model in models() if model.code == box.model)
        return cls(box=BoxFacts(model=box.model, name=name, firmware=box.firmware))


class Picture(BaseModel):
    """What a box says of the picture that it shows."""

    state: str = Field(examples=["GOOD", "HUNG", "LOSS", "WEAK_WIFI"])
    lost_percent: float = Field(description="Packets that were lost within the last hour")
    summary: str = Field(description="What an engineer would say")


class PictureAnswer(_Answer):
    """A reading."""

    picture: Picture

    @classmethod
    def of(cls, box: Box) -> "PictureAnswer":
        """Read a box: always the same until something is mended."""
        chance = random.Random(box.account)  # noqa: S311 - made-up readings
        state, summary = _STATE[box.trouble]
        lost = round(chance.uniform(*_LOST[box.trouble]), 1)
        return cls(picture=Picture(state=state, lost_percent=lost, summary=summary))


class RestartAnswer(_Answer):
    """A box that was restarted."""

    restarted: bool = True


class PackageFacts(BaseModel):
    """A package of channels."""

    code: str
    name: str
    name_en: str
    channels: int
    fee: int = Field(description="Kopecks a month")
    fee_text: str

    @classmethod
    def of(cls, package: Package) -> "PackageFacts":
        """Describe a package."""
        return cls(
            code=package.code,
            name=package.name,
            name_en=package.name_en,
            channels=package.channels,
            fee=package.fee,
            fee_text=rubles(package.fee),
        )


class PackagesAnswer(_Answer):
    """Packages that an account may add."""

    packages: list[PackageFacts]


class SubscriptionRequest(BaseModel):
    """What shall be added."""

    model_config = ConfigDict(extra="forbid")

    package: str = Field(max_length=40)


class SubscriptionAnswer(_Answer):
    """A package that was added."""

    number: str
    package: PackageFacts

    @classmethod
    def of(cls, made: Subscription) -> "SubscriptionAnswer":
        """Describe a subscription."""
        return cls(number=str(made.number), package=PackageFacts.of(made.package))


class Removed(_Answer):
    """A package that was taken away."""

    removed: bool = True
