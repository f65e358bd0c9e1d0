"""Every operation of the facade's own OpenAPI document, so that none can be forgotten."""

import re

from pydantic import SecretStr

from player_api.app import PREFIX, create_app
from runtime.settings import Settings
from tests.player_api.api import Json

DOCUMENT: Json = create_app(Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1/none"))).openapi()
OPERATIONS: dict[str, Json] = {
    f"{method.upper()} {path.removeprefix(PREFIX)}": operation
    for path, methods in DOCUMENT["paths"].items()
    if path.startswith(PREFIX)
    for method, operation in methods.items()
}
"""By method and path."""
SOMETHING = "8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11"
"""An id of nothing, which is a name as well."""


def tagged(*tags: str) -> list[str]:
    """The operations that have one of these tags."""
    return [name for name, operation in OPERATIONS.items() if not set(tags).isdisjoint(operation["tags"])]


def method_and_path(name: str) -> tuple[str, str]:
    """An operation about something that isn't there."""
    method, _, path = name.partition(" ")
    return method, re.sub(r"\{name\}", "nothing", re.sub(r"\{(?!name)\w+\}", SOMETHING, path))
