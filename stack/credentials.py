"""The generated passwords and keys of one stack, kept in a file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stack.failures import StackError


def _token() -> str:
    return secrets.token_urlsafe(32)


def _signing_key() -> str:
    return f"{secrets.token_hex(4)}:{_token()}"


class Login(BaseModel):
    """A user and the password that was generated for it."""

    model_config = ConfigDict(frozen=True)

    user: str
    password: str

    @classmethod
    def generate(cls, user: str) -> Self:
        """A login with a new random password."""
        return cls(user=user, password=secrets.token_urlsafe(24))


class ApiKeys(BaseModel):
    """One key of the script API for each role that a person tries out first."""

    model_config = ConfigDict(frozen=True)

    admin: str
    author: str
    operator: str
    bot: str
    embedder: str = Field(default_factory=_token)
    publisher: str = Field(default_factory=_token)

    @classmethod
    def generate(cls) -> Self:
        """New random keys."""
        return cls(**{role: _token() for role in cls.model_fields})


class DatabaseLogins(BaseModel):
    """PostgreSQL's superuser, the owner of each database, which is named like it, and who only reads the inventory."""

    model_config = ConfigDict(frozen=True)

    postgres: Login
    camunda: Login
    script_manager: Login
    demo: Login
    inventory_reader: Login = Field(default_factory=lambda: Login.generate("inventory_reader"))

    @classmethod
    def generate(cls) -> Self:
        """New random passwords."""
        return cls(**{user: Login.generate(user) for user in cls.model_fields})


class Credentials(BaseModel):
    """Everything secret about one stack."""

    model_config = ConfigDict(frozen=True)

    api_keys: ApiKeys
    cockpit: Login
    engine: Login
    databases: DatabaseLogins
    internal_token: str = Field(default_factory=_token)
    """What facade and workers know each other by."""
    embed_keys: str = Field(default_factory=_signing_key)
    """What embed tokens are signed with: ``ID:SECRET``, as the setting of this name has it."""
    webhook_keys: str = Field(default_factory=_signing_key)
    """What secrets of webhooks are derived with, in the same form."""

    @classmethod
    def generate(cls) -> Self:
        """New random credentials."""
        return cls(
            api_keys=ApiKeys.generate(),
            cockpit=Login.generate("admin"),
            engine=Login.generate("scriptmanager"),
            databases=DatabaseLogins.generate(),
        )


def load(file: Path) -> Credentials:
    """Read the credentials of a stack; what data of earlier versions lacks is generated and written down.

    Raises:
        StackError: the file is missing or isn't what :func:`create` wrote.
    """
    try:
        written = file.read_bytes()
        credentials = Credentials.model_validate_json(written)
        if json.loads(written) != credentials.model_dump():
            _write(file, credentials)
    except (OSError, ValueError) as error:
        raise StackError(
            f"The data is there but its passwords in {file} can't be read; "
            "put the file back, or start empty with ./scripts/up --fresh."
        ) from error
    return credentials


def create(file: Path) -> Credentials:
    """Generate credentials and write them, whole or not at all, for their owner's eyes only."""
    credentials = Credentials.generate()
    _write(file, credentials)
    return credentials


def _write(file: Path, credentials: Credentials) -> None:
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(credentials.model_dump_json(indent=2))
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)
