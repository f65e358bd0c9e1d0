"""Drafts that were deleted; their history stays."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the column."""
    op.execute("""
    ALTER TABLE drafts ADD COLUMN deleted_at timestamptz;
    COMMENT ON COLUMN drafts.deleted_at IS 'a draft that is begun again goes on with the next version';
    """)
