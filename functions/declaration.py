"""An integration function, as a file declares it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from functions.calls.group import GroupCall
from functions.calls.http import HttpCall
from functions.calls.kafka import KafkaCall
from functions.calls.protocol import CallPart
from functions.calls.python import PythonCall
from functions.calls.soap import SoapCall
from functions.calls.sql import SqlCall
from functions.fields import (
    Declared,
    Duration,
    ErrorCode,
    Expression,
    FromList,
    FunctionName,
    Location,
    Name,
    OneOf,
    Title,
    parse_duration,
    title_in,
    write_duration,
)
from functions.later_answer import LaterAnswer

ValueType = Literal["string", "integer", "number", "boolean", "date", "json"]


class Effect(StrEnum):
    """What a call does to the system."""

    READ = "read"
    COMPENSABLE = "compensable"
    IRREVERSIBLE = "irreversible"


class Input(Declared):
    """A value that the script hands in."""

    name: Name
    type: ValueType
    required: bool = False
    pattern: str | None = Field(default=None, max_length=500)
    """A regular expression that the whole of a string must match; anchored by ``^`` and ``$`` where that is meant."""
    pii: bool = False
    """Personal data: never shown in ``try``, logs or monitoring."""
    title: Title | None = None

    @model_validator(mode="after")
    def _pattern_of_strings(self) -> "Input":
        if self.pattern is not None and self.type != "string":
            raise ValueError("only a string has a pattern")
        return self


class Output(Declared):
    """A variable that the script gets. In files an expression alone is short for ``{value: expression}``."""

    value: Expression
    type: ValueType | None = None
    """Checked where given; without it the variable has the type that the system sent."""
    required: bool = False


def _long_output(given: object) -> object:
    return {"value": given} if isinstance(given, str) else given


ShortOrLongOutput = Annotated[Output, BeforeValidator(_long_output, json_schema_input_type=Expression | Output)]


class ErrorRule(Declared):
    """When an answer is a business error: the first rule that is true counts."""

    when: Expression
    bpmn_error: ErrorCode
    outputs: Mapping[Name, Expression] = {}
    """Variables that go with the error."""


Inputs = Annotated[tuple[Input, ...], FromList]
ErrorRules = Annotated[tuple[ErrorRule, ...], FromList]


class Backoff(Declared):
    """Bounds of the waiting time between attempts; ``100ms..1s`` in files."""

    least: Duration = timedelta(milliseconds=100)
    most: Duration = timedelta(seconds=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Backoff":
        if self.least > self.most:
            raise ValueError("a backoff goes from the shorter to the longer time")
        return self

    def text(self) -> str:
        """Write it as files hold it."""
        return f"{write_duration(self.least)}..{write_duration(self.most)}"


def _parse_backoff(given: object) -> object:
    if not isinstance(given, str):
        return given
    least, dots, most = given.partition("..")
    if not dots:
        raise ValueError("a backoff is a range of durations, such as 100ms..1s")
    return Backoff(least=parse_duration(least), most=parse_duration(most))


BackoffRange = Annotated[
    Backoff,
    BeforeValidator(_parse_backoff),
    PlainSerializer(Backoff.text),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9.]+(ms|s|m|h|d)\.\.[0-9.]+(ms|s|m|h|d)$"}),
]
RetryCause = Literal["timeout", "connect", "broken", 408, 425, 429, 500, 502, 503, 504]
_MAY_HAVE_HAPPENED = ("timeout", "broken", 408, 500, 502, 504)


class Retry(Declared):
    """How often a call is tried within one lock of its task."""

    attempts: int = Field(default=3, ge=1, le=10)
    on: Annotated[tuple[RetryCause, ...], FromList] = ("connect", 503)
    backoff: BackoffRange = Backoff()


class Cache(Declared):
    """How long an answer may be used again, and for whom."""

    ttl: Duration
    scope: Literal["session", "customer", "global"] = "session"


class Fallback(OneOf):
    """What the operator goes on with when the system is down; one of the ways."""

    stale: Duration | None = None
    """An answer from the cache that is at most this old."""
    value: Mapping[Name, JsonValue] | None = None
    """Outputs written here."""
    manual: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]+\.form$")
    """The form in which the operator enters the outputs."""


class Call(OneOf):
    """How the system is called; one of the protocols."""

    http: HttpCall | None = None
    soap: SoapCall | None = None
    sql: SqlCall | None = None
    kafka: KafkaCall | None = None
    python: PythonCall | None = None
    group: GroupCall | None = None

    @property
    def protocol(self) -> tuple[str, CallPart]:
        """The protocol's name and its part of the declaration."""
        name, part = self.given
        assert isinstance(part, CallPart)  # noqa: S101 - the fields above are
        return name, part


class Contract(Declared):
    """What the author of a script relies on."""

    inputs: Inputs = ()
    call: Call
    outputs: Mapping[Name, ShortOrLongOutput] = {}
    errors: ErrorRules = ()
    answer: LaterAnswer | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of it; a field that comes to the format later and is left at its default doesn't change it."""
        return digest_of(self.model_dump(mode="json", exclude_defaults=True))


class FunctionLimits(Declared):
    """How much of the workers one function may take."""

    concurrency: int | None = Field(default=None, ge=1, le=2000)
    """Calls at the same time by one worker process; without it the worker's and the system's limits count alone."""


class Function(Declared):
    """A declaration bound to the external-task topic of the same name."""

    name: FunctionName
    title: Title
    system: Name | None = None
    """Whom it calls; a group has none of its own."""
    effect: Effect
    undo: FunctionName | None = None
    """The function that undoes a compensable one."""
    confirm: FunctionName | None = None
    """The function that asks whether an irreversible one has happened."""
    idempotency_header: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]{1,64}$")
    inputs: Inputs = ()
    call: Call
    outputs: Mapping[Name, ShortOrLongOutput] = {}
    errors: ErrorRules = ()
    answer: LaterAnswer | None = None
    deadline: Duration = timedelta(seconds=5)
    """For all attempts together."""
    retry: Retry = Retry(attempts=1)
    cache: Cache | None = None
    invalidates: Annotated[tuple[FunctionName, ...], FromList] = ()
    fallback: Fallback | None = None
    prefetch: bool = False
    limits: FunctionLimits = FunctionLimits()

    @field_validator("effect", mode="before")
    @classmethod
    def _effect(cls, given: object) -> object:
        if isinstance(given, str) and given not in list(Effect):
            raise ValueError(f"an effect is {', '.join(Effect)}")
        return Effect(given) if isinstance(given, str) else given

    @field_validator("deadline")
    @classmethod
    def _some_time(cls, deadline: timedelta) -> timedelta:
        if not timedelta(milliseconds=10) <= deadline <= timedelta(hours=1):
            raise ValueError("a deadline is between 10ms and 1h")
        return deadline

    def title_in(self, language: str) -> str:
        """What people call it: in that language where it is said, or in another one."""
        return title_in(self.title, language, self.name)

    @property
    def whom(self) -> str:
        """Who answers, for messages: the system, or a group itself."""
        return self.system or self.name

    @property
    def contract(self) -> Contract:
        """What the author of a script relies on; not how its fields are titled."""
        inputs = tuple(declared.model_copy(update={"title": None}) for declared in self.inputs)
        return Contract(inputs=inputs, call=self.call, outputs=self.outputs, errors=self.errors, answer=self.answer)

    @property
    def revision(self) -> str:
        """Digest (SHA-256) of the whole declaration."""
        return digest_of(self.model_dump(mode="json"))

    def expressions(self) -> Iterator[tuple[Location, str]]:
        """All FEEL expressions with their places in the declaration."""
        for name, output in self.outputs.items():
            yield ("outputs", name), output.value
        for index, rule in enumerate(self.errors):
            yield ("errors", index, "when"), rule.when
            for name, expression in rule.outputs.items():
                yield ("errors", index, "outputs", name), expression
        protocol, call = self.call.protocol
        for place, expression in call.expressions():
            yield ("call", protocol, *place), expression


def digest_of(document: object) -> str:
    """SHA-256 of a document of JSON values, in hexadecimal."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def may_have_happened(cause: str) -> bool:
    """Whether a call that failed for this cause may have had its effect."""
    return cause in {"unreadable", "oversized", "outputs", *map(str, _MAY_HAVE_HAPPENED)}
