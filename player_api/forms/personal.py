"""Which answers of a form are personal data, as its author has said.

Source: form-js custom properties: ``pii: true`` of a component, or of a group or list for all that is in it; a field
shown as ``masked`` is personal too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_SAID = (True, "true")


def personal_names(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of those answers that are, or hold, personal data."""
    return frozenset(_names(schema, None, inherited=False))


def _names(part: Mapping[str, Any], around: str | None, *, inherited: bool) -> Iterator[str]:
    own = part.get("properties")
    properties = own if isinstance(own, Mapping) else {}
    is_personal = inherited or properties.get("pii") in _SAID or properties.get("field") == "masked"
    binding = part.get("key") or part.get("path")
    name = around or (binding.partition(".")[0] if isinstance(binding, str) and binding else None)
    if is_personal and name is not None:
        yield name
    for component in part.get("components") or ():
        if isinstance(component, Mapping):
            yield from _names(component, name, inherited=is_personal)
