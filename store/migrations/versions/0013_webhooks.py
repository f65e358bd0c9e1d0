"""Events that are sent to other systems' addresses."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables of webhooks and of what was and is to be delivered."""
    op.execute("""
    CREATE TABLE webhooks (
        tenant     text NOT NULL,
        name       text NOT NULL,
        url        text NOT NULL,
        events     text[] NOT NULL,
        key_id     text NOT NULL,
        salt       bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL,
        PRIMARY KEY (tenant, name)
    );
    COMMENT ON COLUMN webhooks.salt IS 'the secret is derived from it with the key of this id, and stored nowhere';

    CREATE TABLE webhook_deliveries (
        id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        tenant       text NOT NULL,
        webhook      text NOT NULL,
        event        bigint NOT NULL,
        type         text NOT NULL,
        session      uuid,
        body         text NOT NULL,
        attempts     integer NOT NULL DEFAULT 0,
        due_at       timestamptz DEFAULT now(),
        delivered_at timestamptz,
        outcome      text,
        created_at   timestamptz NOT NULL DEFAULT now(),
        UNIQUE (tenant, webhook, event),
        FOREIGN KEY (tenant, webhook) REFERENCES webhooks ON DELETE CASCADE
    );
    COMMENT ON COLUMN webhook_deliveries.due_at IS 'null where it is delivered or given up';
    COMMENT ON COLUMN webhook_deliveries.outcome IS 'what came of the last attempt';
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (tenant, webhook, due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX webhook_deliveries_log ON webhook_deliveries (tenant, webhook, id);
    CREATE INDEX webhook_deliveries_by_session ON webhook_deliveries (session) WHERE session IS NOT NULL;
    CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
    """)
