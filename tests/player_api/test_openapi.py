"""docs/openapi.json is what the facade offers."""

import json
from typing import Any

import pytest

from player_api.openapi import document
from stack.folder import ROOT


def test_the_document_that_is_checked_in_is_the_facade_s() -> None:
    checked_in = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert checked_in == document(), "the API has changed: run ./scripts/openapi"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(document())
    return loaded


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_says_what_it_does_under_a_name_of_its_own(described: dict[str, Any]) -> None:
    found = operations(described)
    assert [name for name, operation in found.items() if not operation.get("description")] == []
    assert len({operation["operationId"] for operation in found.values()}) == len(found)


def test_every_operation_asks_for_a_key_but_those_that_carry_a_token(described: dict[str, Any]) -> None:
    for name, operation in operations(described).items():
        is_callback = name.startswith("POST /api/v1/callbacks/")
        assert operation.get("security", []) == ([] if is_callback else [{"HTTPBearer": []}]), name


def test_every_refusal_is_described_as_a_problem(described: dict[str, Any]) -> None:
    for name, operation in operations(described).items():
        for status, answer in operation["responses"].items():
            if status.startswith(("4", "5")):
                described_as = {media: content["schema"] for media, content in answer["content"].items()}
                problem = {"application/problem+json": {"$ref": "#/components/schemas/Problem"}}
                assert described_as == problem, f"{name} {status}"
