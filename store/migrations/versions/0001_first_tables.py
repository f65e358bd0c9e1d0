"""Keys, releases, rollouts, sessions, the journal and idempotent answers."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.execute("""
    CREATE TABLE api_keys (
        name       text PRIMARY KEY,
        digest     bytea NOT NULL UNIQUE,
        roles      text[] NOT NULL,
        tenant     text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz
    );
    COMMENT ON COLUMN api_keys.digest IS 'SHA-256 of the key; the key itself is never stored';

    CREATE TABLE releases (
        script        text NOT NULL,
        number        integer NOT NULL CHECK (number > 0),
        digest        bytea NOT NULL,
        title         text NOT NULL,
        result        text[] NOT NULL,
        deployment_id text,
        definition_id text,
        created_at    timestamptz NOT NULL DEFAULT now(),
        created_by    text NOT NULL,
        PRIMARY KEY (script, number),
        UNIQUE (script, digest)
    );
    COMMENT ON COLUMN releases.result IS 'names of the variables that the script declares as its outcome';
    COMMENT ON COLUMN releases.definition_id IS 'null until the engine holds the deployment';

    CREATE TABLE release_files (
        script  text NOT NULL,
        number  integer NOT NULL,
        name    text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (script, number, name),
        FOREIGN KEY (script, number) REFERENCES releases
    );

    CREATE TABLE rollouts (
        script     text PRIMARY KEY,
        rules      jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL
    );
    COMMENT ON COLUMN rollouts.rules IS '[{channel?, tenant?, team?, release}], the most specific wins';

    CREATE TABLE sessions (
        id             uuid PRIMARY KEY,
        script         text NOT NULL,
        release        integer NOT NULL,
        definition_id  text NOT NULL,
        tenant         text NOT NULL,
        channel        text NOT NULL,
        team           text,
        locale         text,
        customer       text,
        external_id    text,
        variables      jsonb NOT NULL,
        state          text NOT NULL
            CHECK (state IN ('starting', 'running', 'ended', 'cancelled', 'abandoned')),
        result         jsonb,
        correlation_id text NOT NULL,
        created_at     timestamptz NOT NULL DEFAULT now(),
        created_by     text NOT NULL,
        ended_at       timestamptz,
        FOREIGN KEY (script, release) REFERENCES releases
    );
    COMMENT ON COLUMN sessions.variables IS 'what the caller gave, kept until the engine has started the process';
    CREATE INDEX sessions_unstarted ON sessions (created_at) WHERE state = 'starting';
    CREATE INDEX sessions_by_external_id ON sessions (tenant, external_id) WHERE external_id IS NOT NULL;

    CREATE TABLE journal (
        id             bigint GENERATED ALWAYS AS IDENTITY,
        xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at             timestamptz NOT NULL DEFAULT clock_timestamp(),
        type           text NOT NULL,
        tenant         text,
        session        uuid,
        actor          text,
        correlation_id text,
        data           jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (at, id)
    ) PARTITION BY RANGE (at);
    COMMENT ON COLUMN journal.xid IS 'orders the outbox: rows below the oldest running transaction are complete';
    CREATE INDEX journal_outbox ON journal (xid, id);
    CREATE INDEX journal_by_session ON journal (session, at) WHERE session IS NOT NULL;
    CREATE TABLE journal_unforeseen PARTITION OF journal DEFAULT;

    CREATE FUNCTION journal_ensure_partitions(months integer) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        first_day date;
    BEGIN
        FOR ahead IN 0..months LOOP
            first_day := date_trunc('month', now() AT TIME ZONE 'UTC')::date + make_interval(months => ahead);
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
                'journal_' || to_char(first_day, 'YYYY_MM'),
                first_day::timestamp AT TIME ZONE 'UTC',
                (first_day + interval '1 month')::timestamp AT TIME ZONE 'UTC'
            );
        END LOOP;
    END $$;
    SELECT journal_ensure_partitions(2);

    CREATE TABLE outbox_positions (
        consumer text PRIMARY KEY,
        xid      xid8 NOT NULL,
        id       bigint NOT NULL
    );

    CREATE TABLE watermarks (
        name text PRIMARY KEY,
        at   timestamptz NOT NULL
    );
    COMMENT ON TABLE watermarks IS 'up to which moment a recurrent task has done its work';

    CREATE TABLE idempotent_answers (
        principal   text NOT NULL,
        key         text NOT NULL,
        digest      bytea NOT NULL,
        session     uuid NOT NULL,
        status      integer,
        body        jsonb,
        started_at  timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (principal, key)
    );
    COMMENT ON COLUMN idempotent_answers.status IS 'null while the first request is in progress';
    CREATE INDEX idempotent_answers_by_age ON idempotent_answers (started_at);
    """)
