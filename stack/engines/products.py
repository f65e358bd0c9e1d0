"""The engines that run our scripts, and what is each one's own in being started."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EngineName(StrEnum):
    """What an engine is called on the command line."""

    CAMUNDA = "camunda"
    OPERATON = "operaton"


@dataclass(frozen=True)
class Product:
    """One engine.

    Attributes:
        name: on the command line, and of its lock file of jars.
        title: as people know it.
        package: of its Java classes.
        starter: how the names of its Spring configurations begin.
        settings: under which its settings are.
        web_path: of its pages for administrators.
    """

    name: EngineName
    title: str
    package: str
    starter: str
    settings: str
    web_path: str


CAMUNDA = Product(
    name=EngineName.CAMUNDA,
    title="Camunda",
    package="org.camunda.bpm",
    starter="Camunda",
    settings="camunda.bpm",
    web_path="/camunda",
)
OPERATON = Product(
    name=EngineName.OPERATON,
    title="Operaton",
    package="org.operaton.bpm",
    starter="Operaton",
    settings="operaton.bpm",
    web_path="/operaton",
)
PRODUCTS: Mapping[EngineName, Product] = {product.name: product for product in (CAMUNDA, OPERATON)}
