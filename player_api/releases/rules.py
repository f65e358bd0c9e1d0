"""What is checked before a script is released; docs/checks.md says of every rule what it is about."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """What a finding means for a release."""

    ERROR = "error"
    """It is refused."""
    WARNING = "warning"
    """Its author should look at it."""


class Rule(Enum):
    """A rule by the name that the API gives it."""

    NOT_XML = "not-xml"
    DOCUMENT_TYPE = "document-type"
    NO_PROCESS = "no-process"
    PROCESS_ID = "process-id"
    NOT_EXECUTABLE = "not-executable"
    DUPLICATE_ID = "duplicate-id"
    MISSING_REFERENCE = "missing-reference"
    ENGINE = "engine"
    FILE_SIZE = "file-size"
    TOO_MANY_ELEMENTS = "too-many-elements"
    CODE = "code"
    UNSET_VARIABLE = "unset-variable"
    READ_TOO_EARLY = "read-too-early"
    START_EVENT = "start-event"
    UNREACHABLE = "unreachable"
    ENDLESS = "endless"
    NO_END = "no-end"
    TIMER = "timer"
    TIMER_PAST = "timer-past"
    TIMER_IDLE = "timer-idle"
    FORM = "form"
    FORM_BINDING = "form-binding"
    FORM_EXPRESSION = "form-expression"
    FORM_TEXT = "form-text"
    SEARCHED_CHOICES = "searched-choices"
    CALLED_SCRIPT = "called-script"
    ENDLESS_CALLS = "endless-calls"
    TOO_MANY_SCRIPTS = "too-many-scripts"
    DECISION = "decision"
    DECISION_INPUT = "decision-input"
    UNKNOWN_FUNCTION = "unknown-function"
    FUNCTION_INPUT = "function-input"
    FUNCTION_DECLARATION = "function-declaration"
    UNKNOWN_ERROR = "unknown-error"
    UNCAUGHT_ERROR = "uncaught-error"
    ABANDONMENT = "abandonment"

    @property
    def severity(self) -> Severity:
        """What its findings mean."""
        return Severity.WARNING if self in _WARNINGS else Severity.ERROR

    def at(self, file: str, element: str | None, ru: str, en: str) -> "Finding":
        """Return what was found by it.

        Args:
            file: name of the file.
            element: id of the element, field or component; None where it is about the file.
            ru: the sentence for people who read Russian.
            en: the same for those who read English.
        """
        return Finding(self, file, element, ru, en)


_WARNINGS = frozenset({Rule.NO_END, Rule.TIMER_PAST, Rule.TIMER_IDLE, Rule.FORM_TEXT, Rule.UNCAUGHT_ERROR})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the files of a script; the sentences are about its element, or else its file."""

    rule: Rule
    file: str
    element: str | None
    ru: str
    en: str

    @property
    def severity(self) -> Severity:
        """What it means for a release."""
        return self.rule.severity

    def __str__(self) -> str:
        """Say it in a line."""
        place = f"{self.file}, {self.element}" if self.element else self.file
        return f"{place}: {self.en}"
