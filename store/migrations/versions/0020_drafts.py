"""Drafts with their history, and the files that releases were made of."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the tables."""
    op.execute("""
    CREATE TABLE file_contents (
        digest  bytea PRIMARY KEY,
        content bytea NOT NULL
    );
    COMMENT ON COLUMN file_contents.digest IS 'SHA-256; equal files are kept once';

    CREATE TABLE drafts (
        script     text PRIMARY KEY,
        version    integer NOT NULL,
        based_on   integer,
        title      text,
        title_en   text,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL
    );
    COMMENT ON COLUMN drafts.version IS 'rises by one with every change; what two authors are told apart by';
    COMMENT ON COLUMN drafts.based_on IS 'the release that it was made from';

    CREATE TABLE draft_versions (
        script text NOT NULL REFERENCES drafts,
        version integer NOT NULL,
        at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        by      text NOT NULL,
        PRIMARY KEY (script, version)
    );

    CREATE TABLE draft_changes (
        script  text NOT NULL,
        name    text NOT NULL,
        version integer NOT NULL,
        digest  bytea REFERENCES file_contents,
        PRIMARY KEY (script, name, version),
        FOREIGN KEY (script, version) REFERENCES draft_versions
    );
    COMMENT ON COLUMN draft_changes.digest IS 'null where the file was deleted';

    CREATE TABLE release_sources (
        script text NOT NULL,
        number integer NOT NULL,
        name   text NOT NULL,
        digest bytea NOT NULL REFERENCES file_contents,
        PRIMARY KEY (script, number, name),
        FOREIGN KEY (script, number) REFERENCES releases
    );
    COMMENT ON TABLE release_sources IS 'the files as the author made them, from which the release was closed';
    """)
