CREATE SCHEMA IF NOT EXISTS television;

CREATE TABLE IF NOT EXISTS television.boxes (
    account   text PRIMARY KEY CHECK (account ~ '^[0-9]{10}$'),
    model     text NOT NULL,
    firmware  text NOT NULL,
    trouble   text NOT NULL -- what a reading of the picture finds until it is mended
);

CREATE TABLE IF NOT EXISTS television.restarts (
    key      text PRIMARY KEY, -- Idempotency-Key
    account  text NOT NULL REFERENCES television.boxes,
    done_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS television.subscriptions (
    number      bigint GENERATED ALWAYS AS IDENTITY (START 40001) PRIMARY KEY,
    account     text NOT NULL REFERENCES television.boxes,
    package     text NOT NULL,
    key         text UNIQUE, -- Idempotency-Key
    removed     boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX IF NOT EXISTS subscriptions_present ON television.subscriptions (account, package) WHERE NOT removed;
