from typing import Any

import pytest

from player_api.forms.personal import personal_names

PERSONAL = {"pii": "true"}


def field(key: str, **properties: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "properties": properties}


@pytest.mark.parametrize(
    ("components", "names"),
    [
        ([field("a"), field("b", pii="true"), field("c", pii=True), field("d", pii="false")], {"b", "c"}),
        ([field("card", field="masked"), field("phone", field="phone")], {"card"}),
        ([field("person.name", pii="true")], {"person"}),
        ([{"type": "group", "properties": PERSONAL, "components": [field("a"), field("b")]}], {"a", "b"}),
        ([{"type": "group", "path": "home", "components": [field("street", pii="true")]}], {"home"}),
        ([{"type": "dynamiclist", "path": "people", "components": [field("name", pii="true")]}], {"people"}),
        ([{"type": "dynamiclist", "path": "people", "components": [field("name")]}], set()),
        ([{"type": "text", "text": "hello", "properties": PERSONAL}, field("x") | {"properties": None}], set()),
    ],
)
def test_what_its_author_has_said_is_personal(components: list[dict[str, Any]], names: set[str]) -> None:
    assert personal_names({"components": components}) == names
