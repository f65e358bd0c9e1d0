"""JSON Schemas (draft 2020-12) of declarations, for editors and for checks outside the product.

They say what one file may hold. What must fit together over several fields and files is told by functions.catalogue.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from functions.declaration import Backoff, Function
from functions.fields import Declared, write_duration
from functions.systems import System

_MODELS: Mapping[str, type[Declared]] = {"function": Function, "system": System}


def json_schemas() -> dict[str, str]:
    """The published schemas as JSON texts, by file name."""
    return {f"{name}.schema.json": _text(model) for name, model in _MODELS.items()}


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": _Editable.schema_dialect, **model.model_json_schema(schema_generator=_Editable)}
    # Editors show descriptions as Markdown.
    return json.dumps(schema, ensure_ascii=False, indent=2).replace("``", "`") + "\n"


class _Editable(GenerateJsonSchema):
    """Says a thing once, as an author writes it: no null for what is left out, no title that repeats a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if described.get("default", ...) in (None, [], {}):
            del described["default"]
        return described

    def encode_default(self, dft: Any) -> Any:
        match dft:
            case timedelta():
                return write_duration(dft)
            case Backoff():
                return dft.text()
            case BaseModel():
                return dft.model_dump(mode="json", exclude_defaults=True)
            case _:
                return super().encode_default(dft)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        described = super().dict_schema(schema)
        return {**described, "additionalProperties": False} if "patternProperties" in described else described
