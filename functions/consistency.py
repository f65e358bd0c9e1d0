"""What must fit together within one declaration: rules over several fields, each with the place to be pointed at."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, TypeAdapter
from pydantic_core import SchemaError

from functions.declaration import Effect, Function, may_have_happened
from functions.fields import Location
from functions.later_answer import CALLBACK_INPUT

NOT_HAPPENED = "NOT_HAPPENED"
"""The BPMN error with which a ``confirm`` function says that the call has had no effect."""
KEY_INPUT = "idempotency_key"
"""The input by which a ``confirm`` function gets the key that the call was made with."""
Contradiction = tuple[Location, str]
"""Where it shows, and a sentence."""


def contradictions(function: Function) -> Iterator[Contradiction]:
    """All contradictions within one declaration."""
    yield from _system(function)
    yield from _inputs(function)
    yield from _effect(function)
    yield from _repetition(function)
    yield from _reuse(function)
    yield from _later(function)


def _system(function: Function) -> Iterator[Contradiction]:
    is_group = function.call.group is not None
    if is_group and function.system is not None:
        yield ("system",), "a group has no system: its functions have theirs"
    if not is_group and function.system is None:
        yield ("system",), "is missing"
    if is_group and function.effect is not Effect.READ:
        yield ("effect",), "a group only reads"
    if function.call.kafka is not None and function.effect is Effect.READ:
        yield ("effect",), "a message is never only a read: it is compensable or irreversible"
    sql = function.call.sql
    if sql is not None and sql.read_only != (function.effect is Effect.READ):
        yield ("call", "sql", "read_only"), "only a function with effect read is read_only, and it has to be"


def _inputs(function: Function) -> Iterator[Contradiction]:
    known = {CALLBACK_INPUT} if function.answer is not None else set()
    for index, declared in enumerate(function.inputs):
        if declared.name in known:
            yield ("inputs", index, "name"), f"input {declared.name} is declared twice"
        known.add(declared.name)
        if declared.pattern is not None and (trouble := _pattern_trouble(declared.pattern)):
            yield ("inputs", index, "pattern"), trouble
    protocol, call = function.call.protocol
    for at, name in call.input_names():
        if name not in known:
            yield ("call", protocol, *at), f"{name} is no input"


def _pattern_trouble(pattern: str) -> str | None:
    try:
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError as error:
        return f"the pattern can't be used: {str(error).splitlines()[-1].strip()}"
    return None


def _effect(function: Function) -> Iterator[Contradiction]:
    if function.effect is Effect.COMPENSABLE and function.undo is None:
        yield ("effect",), "a compensable function names the function that undoes it: undo"
    if function.effect is not Effect.COMPENSABLE and function.undo is not None:
        yield ("undo",), f"a function with effect {function.effect} has no undo"
    for field in ("confirm", "idempotency_header"):
        if function.effect is Effect.READ and getattr(function, field) is not None:
            yield (field,), f"a function with effect read needs no {field}"


def _repetition(function: Function) -> Iterator[Contradiction]:
    if function.effect is not Effect.IRREVERSIBLE or function.idempotency_header is not None:
        return
    sentence = "the call may have happened: an irreversible function is repeated only with an idempotency_header"
    for index, cause in enumerate(function.retry.on):
        if function.retry.attempts > 1 and may_have_happened(str(cause)):
            yield ("retry", "on", index), f"after {cause} {sentence}"


def _reuse(function: Function) -> Iterator[Contradiction]:
    if function.effect is not Effect.READ:
        for field in ("cache", "prefetch"):
            if getattr(function, field):
                yield (field,), f"only a read function has {field}"
    if function.prefetch and function.cache is None:
        yield ("prefetch",), "prefetch needs a cache to put the answer in"
    fallback = function.fallback
    if fallback is None:
        return
    if fallback.manual is None and function.effect is not Effect.READ:
        yield ("fallback",), "only a read function has a fallback other than manual"
    if fallback.stale is not None and function.cache is None:
        yield ("fallback", "stale"), "a stale answer comes from the cache: declare one"
    if fallback.value is not None:
        yield from _fallback_value(function, set(fallback.value))


def _fallback_value(function: Function, given: set[str]) -> Iterator[Contradiction]:
    for name in sorted(given - set(function.outputs)):
        yield ("fallback", "value", name), f"{name} is no output"


def _later(function: Function) -> Iterator[Contradiction]:
    if function.answer is None:
        return
    if function.call.group is not None:
        yield ("answer",), "a group has its answers at once: only a call of a system is an order"
    if function.cache is not None:
        yield ("cache",), "an order is not repeated from a cache: a function with a later answer has none"


def confirm_contradictions(function: Function, confirm: Function) -> Iterator[Contradiction]:
    """What keeps ``confirm`` from telling whether ``function`` has happened."""
    if confirm.effect is not Effect.READ:
        yield ("confirm",), f"{confirm.name} is not a read function"
    if confirm.answer is not None:
        yield ("confirm",), f"{confirm.name} gives its answer later"
    if NOT_HAPPENED not in {rule.bpmn_error for rule in confirm.errors}:
        yield ("confirm",), f"{confirm.name} has no bpmn_error {NOT_HAPPENED} for a call that had no effect"
    given = {KEY_INPUT, *(declared.name for declared in function.inputs)}
    for declared in confirm.inputs:
        if declared.required and declared.name not in given:
            yield ("confirm",), f"{confirm.name} needs the input {declared.name}, which {function.name} does not have"
    for name in sorted(set(function.outputs) - set(confirm.outputs)):
        yield ("confirm",), f"{confirm.name} does not give the output {name}"


def undo_contradictions(function: Function, undo: Function) -> Iterator[Contradiction]:
    """What keeps ``undo`` from taking back what ``function`` has done."""
    if undo.effect is Effect.READ:
        yield ("undo",), f"{undo.name} only reads"
    given = {KEY_INPUT, *(declared.name for declared in function.inputs), *function.outputs}
    for declared in undo.inputs:
        if declared.required and declared.name not in given:
            sentence = f"{undo.name} needs the input {declared.name}, which {function.name} neither has nor gives"
            yield ("undo",), sentence


def group_contradictions(group: Function, functions: Mapping[str, Function]) -> Iterator[Contradiction]:
    """What keeps a group from calling its functions."""
    assert group.call.group is not None  # noqa: S101 - asked of groups alone
    given = {declared.name for declared in group.inputs}
    for member, name in group.call.group.functions.items():
        at: Location = ("call", "group", "functions", member)
        function = functions.get(name)
        if function is None:
            yield at, f"there is no function {name}"
        elif function.effect is not Effect.READ:
            yield at, f"{name} is not a read function"
        elif function.call.group is not None:
            yield at, f"{name} is a group itself"
        elif function.answer is not None:
            yield at, f"{name} gives its answer later"
        else:
            for declared in function.inputs:
                if declared.required and declared.name not in given:
                    yield at, f"{name} needs the input {declared.name}, which the group does not have"
