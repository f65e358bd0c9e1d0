"""Origins of pages that a tenant lets call from a browser."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table of allowed origins."""
    op.execute("""
    CREATE TABLE allowed_origins (
        tenant     text NOT NULL,
        origin     text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant, origin)
    );
    """)
