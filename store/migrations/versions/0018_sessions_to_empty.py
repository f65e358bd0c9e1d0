"""Finding the sessions whose answers are kept no longer."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Leave sessions that are emptied already out of the index by their ends."""
    op.execute("""
    DROP INDEX sessions_by_end;
    CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL AND erased_at IS NULL;
    """)
