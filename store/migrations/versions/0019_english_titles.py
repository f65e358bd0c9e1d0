"""What scripts are called in English."""

import re

from alembic import op
from lxml import etree

revision = "0019"
down_revision = "0018"

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"


def upgrade() -> None:
    """Add the column, and fill it from the diagrams of the releases that are there."""
    op.execute("ALTER TABLE releases ADD COLUMN title_en text")
    op.execute("COMMENT ON COLUMN releases.title_en IS 'null where the author has given none'")
    connection = op.get_bind()
    for script, number, content in connection.exec_driver_sql(
        "SELECT script, number, content FROM release_files WHERE name LIKE '%%.bpmn'"
    ).fetchall():
        if title := _title(script, bytes(content)):
            connection.exec_driver_sql(
                "UPDATE releases SET title_en = %s WHERE script = %s AND number = %s", (title, script, number)
            )


def _title(script: str, diagram: bytes) -> str | None:
    try:
        root = etree.fromstring(diagram, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None
    path = f"{_BPMN}extensionElements/{_CAMUNDA}properties/{_CAMUNDA}property[@name='name_en']"
    for process in root.iter(f"{_BPMN}process"):
        named = process.find(path) if process.get("id") == script else None
        title = (named.get("value") or "").strip() if named is not None else ""
        if title and not re.search(r"[$#]\{", title):
            return title
    return None
