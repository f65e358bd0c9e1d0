"""The test cases of the shipped scripts, as their authors wrote them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stack.folder import ROOT

FOLDER = ROOT / "bpmn" / "promised_payment"


@dataclass(frozen=True)
class Case:
    """What a customer says, and where the script must end.

    Attributes:
        answers: pairs of a step's key and what is answered there, in order.
        end: id of the end event.
        outcome: the script's result.
    """

    name: str
    answers: list[tuple[str, dict[str, Any]]]
    end: str
    outcome: str

    @property
    def account(self) -> str:
        """The last account that the customer names."""
        return str([given["account"] for _, given in self.answers if "account" in given][-1])


def load(file: Path) -> Case:
    """Read one case."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    answers = [(given["step"], given["answers"]) for given in written["answers"]]
    expected = written["expect"]
    return Case(file.stem, answers, expected["end"], expected["variables"].get("outcome", ""))


def cases_of(script: str) -> list[Case]:
    """The cases of one script."""
    return [load(file) for file in sorted((FOLDER.parent / script).glob("tests/*.yaml"))]


CASES = cases_of(FOLDER.name)
READY_ANSWERS = sorted(FOLDER.glob("answers/*.json"))
