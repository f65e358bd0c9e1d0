"""Answers in the words of their form: what the fields and the choices were called when they were answered."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from player_api.forms import form as forms
from player_api.forms.language import option_in
from player_api.forms.options import option_of
from player_api.forms.places import value_at


class ToldAnswer(BaseModel):
    """One answer in the words of its form."""

    key: str = Field(description="Of the field")
    label: str = Field(description="What the field was called")
    label_en: str | None = Field(default=None, description="The same in English; null where the author gave none")
    kind: str = Field(description="Of the field: its custom one (money, phone …), or else form-js's subtype or type")
    chosen: list[str] | None = Field(default=None, description="Labels of the choices; null where it was not chosen")
    chosen_en: list[str] | None = Field(default=None, description="The same in English")


def told(form: forms.Form, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> list[ToldAnswer]:
    """Return the answers that were given, in the order of their fields.

    Of a choice that is searched for or computed only the value is known here; of personal data only the field's name.

    Args:
        form: that was answered.
        answers: valid ones, by field key.
        variables: the session's as the step showed them; they may hold the choices.
    """
    given = ((field, value_at(answers, field.path)) for field in form.fields)
    return [
        _told(field, answer, variables, is_secret=field.path[0] in form.personal)
        for field, answer in given
        if answer not in (None, "", [])
    ]


def _told(field: forms.Field, answer: Any, variables: Mapping[str, Any], *, is_secret: bool) -> ToldAnswer:
    own = field.component.get("properties") or {}
    values = answer if isinstance(answer, list) else [answer]
    choices = None if is_secret or field.options is None else field.options.chosen(values, variables)
    chosen, chosen_en = (_labels(choices, own, language) for language in ("ru", "en"))
    return ToldAnswer(
        key=field.key,
        label=field.label,
        label_en=field.label_en,
        kind=own.get("field") or field.component.get("subtype") or field.type,
        chosen=chosen,
        chosen_en=None if chosen_en == chosen else chosen_en,
    )


def _labels(choices: list[Any] | None, own: Mapping[str, Any], language: str) -> list[str] | None:
    if choices is None:
        return None
    options = (option_of(option_in(choice, own, language)) for choice in choices)
    return [option["label"] for option in options if option is not None]
