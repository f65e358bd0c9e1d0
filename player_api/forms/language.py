"""A form in another language: Russian texts give place to those that its author has put beside them."""

from collections.abc import Mapping
from typing import Any

_TEXTS = ("text", "label", "description", "content", "dateLabel", "timeLabel")
_ORIGINAL = "ru"


def in_language(schema: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a form-js schema with the texts of a language, where its custom properties have them.

    They are ``text_en``, ``label_en``, ``description_en``, ``value_V_en`` for the option with the value ``V``, and
    ``pattern_error_message_en``; whatever has none stays as it is.
    """
    if language == _ORIGINAL:
        return dict(schema)
    return {**schema, "components": [_translated(component, language) for component in schema.get("components", ())]}


def _translated(component: Mapping[str, Any], language: str) -> dict[str, Any]:
    own = component.get("properties") or {}
    changed: dict[str, Any] = {name: own[f"{name}_{language}"] for name in _TEXTS if f"{name}_{language}" in own}
    if message := own.get(f"pattern_error_message_{language}"):
        changed["validate"] = {**(component.get("validate") or {}), "patternErrorMessage": message}
    if isinstance(options := component.get("values"), list):
        changed["values"] = [option_in(option, own, language) for option in options]
    if isinstance(parts := component.get("components"), list):
        changed["components"] = [_translated(part, language) for part in parts]
    return {**component, **changed}


def option_in(option: Any, own: Mapping[str, Any], language: str) -> Any:
    """Return a choice with its label in a language; ``own`` are the custom properties of its field."""
    if language == _ORIGINAL or not isinstance(option, Mapping):
        return option
    label = own.get(f"value_{option.get('value')}_{language}") or option.get(f"label_{language}")
    return {**option, "label": label} if label else option
