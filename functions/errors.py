"""What can happen to a function besides an answer.

FunctionError
├── Transient      the same call may succeed later
├── Permanent      the same call will fail again
└── BusinessError  the system said no, the script handles it
DeclarationError   the files that describe functions and systems hold mistakes
TrialRefused       a function can't be tried
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue


class FunctionError(Exception):
    """A function gave no outputs. The message names function, system and cause, never a customer's data."""


class Transient(FunctionError):
    """A call failed in a way that may pass.

    Attributes:
        cause: what ``retry.on`` of a declaration calls it: ``timeout``, ``connect``, ``broken``, ``open``, ``busy``
            or the HTTP status.
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Permanent(FunctionError):
    """A call failed in a way that a repetition can't mend.

    Attributes:
        cause: a word for metrics, such as ``inputs``, ``unreadable`` or the HTTP status.
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class BusinessError(FunctionError):
    """A declared business outcome that the script handles on a branch of its own.

    Attributes:
        code: the BPMN error code.
        outputs: variables that go with it.
    """

    def __init__(self, code: str, outputs: Mapping[str, JsonValue]) -> None:
        super().__init__(f"refused with {code}")
        self.code = code
        self.outputs = outputs


class TrialRefused(Exception):
    """A function can't be tried; the sentence says why."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong with a declaration.

    Attributes:
        file: the path as it was given.
        line: counted from 1.
        sentence: what is wrong, for the person who wrote the file.
    """

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class DeclarationError(Exception):
    """Declarations hold mistakes.

    Attributes:
        mistakes: all of them, by file and line.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
