"""Notes of operators."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the table."""
    op.execute("""
    CREATE TABLE notes (
        session  uuid PRIMARY KEY REFERENCES sessions,
        text     text NOT NULL,
        saved_by text NOT NULL,
        saved_at timestamptz NOT NULL DEFAULT now()
    );
    """)
