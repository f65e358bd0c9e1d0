"""`python -m stack.databases`: makes the database and the owner of each login exist, with its password.

Reads POSTGRES_URL, the superuser's libpq URL, and LOGINS, a JSON object of passwords by name; READERS is one of logins
without a database of their own.
"""

import json
import os

import psycopg
from psycopg import sql

DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"
ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = %s"


def ensure_role(connection: psycopg.Connection, name: str, password: str) -> None:
    """Make the role ``name`` exist, with this password."""
    verb = sql.SQL("ALTER" if connection.execute(ROLE_EXISTS, [name]).fetchone() else "CREATE")
    # Hashed here, so that the password itself can't appear in a server log.
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(verifier))
    )


def ensure(connection: psycopg.Connection, name: str, password: str) -> None:
    """Make the role and the database ``name`` exist; what exists is kept, but for the password."""
    ensure_role(connection, name, password)
    if not connection.execute(DATABASE_EXISTS, [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))


def main() -> None:
    """Do so for every login."""
    with psycopg.connect(os.environ["POSTGRES_URL"], autocommit=True) as connection:
        for name, password in json.loads(os.environ["LOGINS"]).items():
            ensure(connection, name, password)
        for name, password in json.loads(os.environ.get("READERS", "{}")).items():
            ensure_role(connection, name, password)


if __name__ == "__main__":
    main()
