"""The facade's OpenAPI document, which clients are generated from: ``python -m player_api.openapi`` prints it."""

import json
import sys

from pydantic import SecretStr

from player_api.app import create_app
from runtime.settings import Settings


def document() -> str:
    """Return the document as JSON, the same text for the same facade."""
    nowhere = SecretStr("postgresql://127.0.0.1/none")
    app = create_app(Settings(database_url=nowhere))
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
