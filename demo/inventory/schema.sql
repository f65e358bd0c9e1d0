CREATE SCHEMA IF NOT EXISTS inventory;

CREATE TABLE IF NOT EXISTS inventory.lines (
    account     text PRIMARY KEY CHECK (account ~ '^[0-9]{10}$'),
    house       text NOT NULL,
    port        text NOT NULL UNIQUE,
    technology  text NOT NULL CHECK (technology IN ('FTTB', 'GPON')),
    speed       integer NOT NULL, -- Mbit/s
    model       text NOT NULL -- of the device at the customer's
);
CREATE INDEX IF NOT EXISTS lines_house ON inventory.lines (house);

CREATE TABLE IF NOT EXISTS inventory.outages (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    house     text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('damage', 'works')),
    reason    text NOT NULL,
    began     timestamptz NOT NULL,
    expected  timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS outages_house ON inventory.outages (house);

CREATE TABLE IF NOT EXISTS inventory.behaviour ( -- bad days on demand: one row
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    median      double precision NOT NULL, -- milliseconds
    sigma       double precision NOT NULL, -- of their logarithm
    error_rate  double precision NOT NULL DEFAULT 0,
    hang        boolean NOT NULL DEFAULT false
);

-- Waits as long as the system shall take, and refuses where it shall be down.
CREATE OR REPLACE FUNCTION inventory.behave() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    wanted inventory.behaviour;
    normal double precision;
BEGIN
    SELECT * INTO wanted FROM inventory.behaviour;
    normal := sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random());
    PERFORM pg_sleep(CASE WHEN wanted.hang THEN 3600 ELSE wanted.median * exp(wanted.sigma * normal) / 1000 END);
    IF random() < wanted.error_rate THEN
        RAISE EXCEPTION 'the inventory is being maintained' USING ERRCODE = '57P03';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION inventory.find_line(wanted text)
RETURNS TABLE (port text, technology text, speed integer, model text, house text) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM inventory.behave();
    RETURN QUERY SELECT l.port, l.technology, l.speed, l.model, l.house FROM inventory.lines l WHERE l.account = wanted;
END $$;

CREATE OR REPLACE FUNCTION inventory.find_outage(wanted text)
RETURNS TABLE (kind text, reason text, until text) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM inventory.behave();
    RETURN QUERY
        SELECT o.kind, o.reason, to_char(o.expected AT TIME ZONE 'Europe/Moscow', 'HH24:MI')
        FROM inventory.lines l JOIN inventory.outages o ON o.house = l.house
        WHERE l.account = wanted ORDER BY o.expected DESC LIMIT 1;
END $$;
