"""``python -m player_api.releases.cases``: print the JSON Schema of a test case."""

import json
import sys

from player_api.releases.cases.case import Case


def schema() -> str:
    """The schema, as docs/case.schema.json has it."""
    described = Case.model_json_schema()
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
