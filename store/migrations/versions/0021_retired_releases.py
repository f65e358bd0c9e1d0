"""Releases that leave the engine when nothing has used them for long."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add what says so, and have every switch of a rollout say which releases are in use."""
    op.execute("""
    ALTER TABLE releases ADD COLUMN used_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN retired_at timestamptz;
    COMMENT ON COLUMN releases.used_at IS 'when it was made, or last named by a rollout that was switched on or off';
    COMMENT ON COLUMN releases.retired_at IS 'since when the engine no longer holds it; then definition_id is null';

    CREATE TABLE leaving_deployments (
        deployment_id text PRIMARY KEY,
        script        text NOT NULL,
        release       integer NOT NULL,
        since         timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE leaving_deployments IS 'of retired releases, until the engine has deleted them';

    CREATE INDEX sessions_live_by_release ON sessions (script, release) WHERE state IN ('starting', 'running');

    CREATE FUNCTION rollouts_use_releases() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named jsonb := NEW.rules;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            named := named || OLD.rules;
        END IF;
        -- This waits for a release that is being retired at this moment, and then sees that it is.
        UPDATE releases SET used_at = now() WHERE script = NEW.script
            AND to_jsonb(number) IN (SELECT jsonb_path_query(named, '$[*].**{0 to 1}.release'));
        IF EXISTS (
            SELECT FROM releases WHERE script = NEW.script AND retired_at IS NOT NULL
                AND to_jsonb(number) IN (SELECT jsonb_path_query(NEW.rules, '$[*].**{0 to 1}.release'))
        ) THEN
            RAISE EXCEPTION 'a rollout names a release that has left the engine' USING ERRCODE = 'SM001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER rollouts_use_releases AFTER INSERT OR UPDATE OF rules ON rollouts
        FOR EACH ROW EXECUTE FUNCTION rollouts_use_releases();
    """)
