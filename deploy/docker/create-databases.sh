#!/bin/sh
# Run once by the PostgreSQL image, with an empty data volume: a database and an owner for each part,
# and who only reads the demo inventory.
set -eu
for name in camunda script_manager demo; do
  psql --set ON_ERROR_STOP=1 --set name="$name" --set password="$DATABASE_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
done
psql --set ON_ERROR_STOP=1 --set name="$INVENTORY_USER" --set password="$INVENTORY_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
SQL
