"""form-js schemas, parsed once into what a player and the server need of them.

Source: form-js schema, https://github.com/bpmn-io/form-js (packages/form-json-schema), as form-js-viewer 2.0 reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from player_api.forms.options import Options
from player_api.forms.patterns import Pattern
from player_api.forms.personal import personal_names

Place = tuple[str | int, ...]
"""Where a value is in a form's data: names, and indexes of rows."""


@dataclass(frozen=True, eq=False)
class Component:
    """A part of a form that binds data.

    Attributes:
        id: unique in its form; names its expressions.
        path: where its data is, from the form or the row that it is in.
        conditional: whether a condition can hide it.
    """

    id: str
    path: tuple[str, ...]
    conditional: bool


@dataclass(frozen=True, eq=False)
class Field(Component):
    """One input of a form.

    Attributes:
        key: as the schema gives it; of nested data with dots.
        type: form-js's type of component.
        rules: form-js's ``validate`` object.
        whole: a number without decimals.
        read_only: nobody may change it.
        disabled: neither shown as an input nor submitted.
        locked_by_condition: it is read-only while a condition is true.
        default: what it holds where the session has no value for it.
        component: its part of the schema.
    """

    key: str
    type: str
    rules: Mapping[str, Any]
    options: Options | None
    pattern: Pattern | None
    whole: bool
    read_only: bool
    disabled: bool
    locked_by_condition: bool
    default: Any
    component: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What it is called in the form, or else its key."""
        return _label(self.component, "") or self.key

    @property
    def label_en(self) -> str | None:
        """What it is called in English, None where its author gave no other name."""
        label = _label(self.component.get("properties") or {}, "_en")
        return None if label == self.label else label


@dataclass(frozen=True, eq=False)
class Group(Component):
    """Components that are shown and hidden together."""

    components: tuple[Component, ...]


@dataclass(frozen=True, eq=False)
class Scope:
    """Components whose expressions see the same data: those of a form, or of a row.

    Attributes:
        values: their expressions, by the component's id and what it is for.
        conditions: the same of conditions, which are unary tests.
    """

    components: tuple[Component, ...]
    values: Mapping[str, str]
    conditions: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Rows(Component):
    """Components that repeat (form-js's dynamic list).

    Attributes:
        scope: of one row.
        may_change: rows can be added and removed.
        default_rows: how many there are where the session has no value.
    """

    scope: Scope
    may_change: bool
    default_rows: int


@dataclass(frozen=True, eq=False)
class Form:
    """A form.

    Attributes:
        schema: as it is handed to a player.
        scope: its components outside rows.
        variables: names that texts, conditions and options of the form may refer to.
    """

    schema: Mapping[str, Any]
    scope: Scope
    variables: frozenset[str]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All inputs outside rows, in their order."""
        return tuple(component for component in _within(self.scope.components) if isinstance(component, Field))

    @cached_property
    def days(self) -> frozenset[str]:
        """Keys of the inputs that hold a day."""
        return frozenset(field.key for field in self.fields if field.component.get("subtype") == "date")

    @cached_property
    def personal(self) -> frozenset[str]:
        """Names of the answers that are, or hold, personal data."""
        return personal_names(self.schema)

    @cached_property
    def outputs(self) -> frozenset[str]:
        """Names of the variables that answers become."""
        bound = [component for component in _within(self.scope.components) if isinstance(component, Field | Rows)]
        return frozenset(component.path[0] for component in bound)


def _label(texts: Mapping[str, Any], ending: str) -> str | None:
    labels = (texts.get(f"{name}{ending}") for name in ("label", "dateLabel", "timeLabel"))
    return next((label for label in labels if isinstance(label, str) and label), None)


def _within(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from _within(component.components)
