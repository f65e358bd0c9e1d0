"""Which contracts releases have pinned, and contracts that stand in for others."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0025"
down_revision = "0024"

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"


def upgrade() -> None:
    """Add the column and the table; what releases of before have pinned is read out of their diagrams."""
    op.execute("""
    ALTER TABLE release_functions ADD COLUMN digest text;
    COMMENT ON COLUMN release_functions.digest IS 'of the pinned contract; null where there is none';

    CREATE TABLE pin_replacements (
        function    text NOT NULL,
        digest      text NOT NULL,
        by_digest   text NOT NULL,
        pin         text NOT NULL,
        reason      text NOT NULL,
        replaced_by text NOT NULL,
        replaced_at timestamptz NOT NULL,
        PRIMARY KEY (function, digest)
    );
    COMMENT ON TABLE pin_replacements IS 'contracts that take the place of those that running releases have pinned';
    """)
    connection = op.get_bind()
    files = connection.execute(
        sa.text("SELECT script, number, content FROM release_files WHERE name LIKE '%.bpmn'")
    ).all()
    update = sa.text(
        "UPDATE release_functions SET digest = :digest"
        " WHERE script = :script AND release = :number AND element = :element"
    )
    for script, number, content in files:
        for process in etree.fromstring(bytes(content)).iter(f"{_BPMN}process"):
            for element, digest in _pinned(process):
                place = element if process.get("id") == script else f"{process.get('id')}/{element}"
                connection.execute(update, {"digest": digest, "script": script, "number": number, "element": place})


def _pinned(process: "etree._Element") -> Iterator[tuple[str, str]]:
    path = f"{_BPMN}extensionElements/{_CAMUNDA}properties/{_CAMUNDA}property[@name='function']"
    for node in process.iter(etree.Element):
        for written in node.findall(path):
            yield node.get("id") or "", json.loads(written.get("value") or "")["digest"]
