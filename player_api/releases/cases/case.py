"""A test case of a script: what a customer says, what the systems answer, what must come of it.

A YAML file in the folder ``tests`` of a script; docs/cases.md shows one, docs/case.schema.json is its schema.
"""

from collections.abc import Mapping

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

Values = Mapping[str, JsonValue]
FOLDER = "tests/"


class Written(BaseModel):
    """A part of a case as its author writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Answer(Written):
    """A step is answered; of a function that has failed the manual entry is."""

    step: str = Field(description="Key of the step; of a manual entry the id of the service task")
    answers: Values = Field(default={}, description="By field key")


class Message(Written):
    """A message comes from outside."""

    message: str = Field(description="Name of the message")
    variables: Values = Field(default={}, description="That come with it")


class Timer(Written):
    """A timer's time has come; nobody waits for it."""

    timer: str = Field(description="Id of the timer event")


Happening = Answer | Message | Timer


class Call(Written):
    """What a function answers when it is called; one of outputs, bpmn_error and failure."""

    inputs: Values | None = Field(default=None, description="That it must be called with; others may be there")
    outputs: Values | None = Field(default=None, description="Results by name; those that are left out are null")
    bpmn_error: str | None = Field(default=None, description="Code of a business error")
    failure: str | None = Field(default=None, description="It fails for good, for this reason")

    @model_validator(mode="after")
    def _one_result(self) -> "Call":
        given = [name for name in ("outputs", "bpmn_error", "failure") if getattr(self, name) is not None]
        if len(given) != 1 and given != ["outputs", "bpmn_error"]:
            raise ValueError("a call gives outputs, a bpmn_error or a failure")
        return self


class Expected(Written):
    """What must come of a case."""

    steps: list[str] = Field(description="Keys of the steps in the order of their answers")
    end: str = Field(description="Id of the end event")
    variables: Values = Field(default={}, description="Variables at the end; others may be there")
    texts: Mapping[str, list[str]] = Field(
        default={}, description="By step: what must be said there, word for word or a part of it"
    )


class Case(Written):
    """One test case."""

    name: str = Field(description="What happens, for people")
    variables: Values = Field(default={}, description="That the session begins with")
    answers: list[Happening] = Field(description="What happens, in order")
    functions: Mapping[str, list[Call]] = Field(
        default={}, description="By function: what it answers, call after call; no system is asked"
    )
    expect: Expected


class CaseUnreadable(Exception):
    """A file is no test case; the message says where and why."""


def read_case(content: bytes) -> Case:
    """Read a file.

    Raises:
        CaseUnreadable: it is none.
    """
    try:
        return Case.model_validate(yaml.load(content.decode(), _Loader))  # noqa: S506 - a safe loader
    except UnicodeDecodeError:
        raise CaseUnreadable("it is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CaseUnreadable(f"line {line}: {error.problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise CaseUnreadable("it is not YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CaseUnreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class _Loader(yaml.SafeLoader):
    """Leaves days as the texts that they are in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
