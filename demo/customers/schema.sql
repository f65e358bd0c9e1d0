CREATE SCHEMA IF NOT EXISTS customers;

CREATE TABLE IF NOT EXISTS customers.cases (
    number      bigint GENERATED ALWAYS AS IDENTITY (START 700001) PRIMARY KEY,
    account     text NOT NULL,
    topic       text NOT NULL,
    summary     text NOT NULL,
    request_id  text UNIQUE, -- X-Request-Id
    opened_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS customers.visits (
    number      bigint GENERATED ALWAYS AS IDENTITY (START 90001) PRIMARY KEY,
    account     text NOT NULL,
    slot        text NOT NULL, -- 2026-11-27/09
    phone       text NOT NULL,
    request_id  text UNIQUE,
    cancelled   boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS visits_slot ON customers.visits (slot) WHERE NOT cancelled;
