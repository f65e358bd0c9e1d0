"""Choices that were found for a field, so that an answer can be told from one that was never offered."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table."""
    op.execute("""
    CREATE TABLE offered_options (
        session    uuid NOT NULL REFERENCES sessions,
        step       text NOT NULL,
        field      text NOT NULL,
        digest     bytea NOT NULL,
        offered_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (session, step, field, digest)
    );
    COMMENT ON COLUMN offered_options.digest IS 'SHA-256 of the value as JSON: what the value is need not be kept';
    CREATE INDEX offered_options_by_age ON offered_options (offered_at);
    """)
