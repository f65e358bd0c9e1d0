"""Finding sessions again."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the indexes that searches go by; each gives its hits newest first."""
    op.execute("""
    CREATE INDEX sessions_by_age ON sessions (tenant, created_at, id);
    CREATE INDEX sessions_by_customer ON sessions (tenant, customer, created_at, id) WHERE customer IS NOT NULL;
    CREATE INDEX sessions_by_case ON sessions (tenant, external_id, created_at, id) WHERE external_id IS NOT NULL;
    DROP INDEX sessions_by_external_id;
    CREATE INDEX sessions_open_by_holder ON sessions (tenant, holder, created_at, id)
        WHERE state IN ('starting', 'running');
    """)
