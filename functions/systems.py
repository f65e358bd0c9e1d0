"""Named external systems: where they are, how to log in, how much they bear."""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from functions.fields import Declared, Duration, Name, OneOf, Title, title_in

DEFAULT_RESPONSE_BYTES = 1_048_576


class Secret(OneOf):
    """Where a secret is kept: never in a declaration itself."""

    env: str | None = None
    file: str | None = None

    def reveal(self, environment: Mapping[str, str]) -> SecretStr:
        """Read the secret.

        Raises:
            KeyError: the environment variable is not set.
            OSError: the file can't be read.
        """
        if self.env is not None:
            return SecretStr(environment[self.env])
        return SecretStr(Path(self.file or "").read_text(encoding="utf-8").strip())


class BasicCredentials(Declared):
    """User and password (RFC 7617)."""

    user: Secret
    password: Secret


class HeaderCredentials(Declared):
    """A key in a header of its own."""

    name: str = Field(pattern=r"^[A-Za-z0-9-]{1,64}$")
    value: Secret


class Credentials(OneOf):
    """How functions log in to a system; one of the ways."""

    basic: BasicCredentials | None = None
    bearer: Secret | None = None
    header: HeaderCredentials | None = None


class Tls(Declared):
    """How a system's certificate is checked and which one is shown to it."""

    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None


class Limits(Declared):
    """How much a system bears."""

    concurrency: int = Field(default=50, ge=1, le=10_000)
    """Calls at the same time."""
    response_bytes: int = Field(default=DEFAULT_RESPONSE_BYTES, ge=1, le=64 * 1_048_576)
    """Longer answers are refused."""


class Breaker(Declared):
    """When calls to a system that is down are not even tried."""

    failures: int = Field(default=5, ge=1, le=1000)
    """Failed calls in a row that open the breaker."""
    pause: Duration = timedelta(seconds=10)
    """How long it stays open before one call tries again."""


class System(Declared):
    """An external system, as a file declares it.

    The environment variable ``SCRIPT_MANAGER_SYSTEM_<NAME>_URL`` replaces ``url``: the same declarations serve a
    test stand and production.
    """

    name: Name
    title: Title
    url: str | None = Field(default=None, max_length=2000)
    credentials: Credentials | None = None
    tls: Tls = Tls()
    connect: Duration = timedelta(seconds=2)
    """Longest wait for a connection."""
    limits: Limits = Limits()
    breaker: Breaker | None = None

    def title_in(self, language: str) -> str:
        """What people call it: in that language where it is said, or in another one."""
        return title_in(self.title, language, self.name)


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to reach a system, credentials revealed.

    Attributes:
        system: its name.
        url: base address without a trailing slash, None where none is set.
        headers: what logs in, to be sent with every call; never logged.
        user: with password, for protocols that have no headers.
    """

    system: str
    url: str | None
    headers: Mapping[str, SecretStr]
    user: SecretStr | None = None
    password: SecretStr | None = None

    @property
    def address(self) -> str:
        """The base address.

        Raises:
            ValueError: none is set.
        """
        if self.url is None:
            variable = url_variable(self.system)
            raise ValueError(f"system {self.system} has no address: set url in its declaration or {variable}")
        return self.url


@dataclass(frozen=True, slots=True)
class Environment:
    """Where addresses and secrets come from."""

    variables: Mapping[str, str]

    def access(self, system: System) -> Access:
        """Find a system's address and credentials.

        Raises:
            ValueError: a secret is missing; the sentence says which variable or file.
        """
        url = self.variables.get(url_variable(system.name)) or system.url
        url = url.rstrip("/") if url else None
        reveal = self._revealer(system)
        credentials = system.credentials
        if credentials is None:
            return Access(system.name, url, {})
        if credentials.basic is not None:
            user, password = reveal(credentials.basic.user), reveal(credentials.basic.password)
            return Access(system.name, url, {"Authorization": _basic(user, password)}, user, password)
        if credentials.bearer is not None:
            token = SecretStr(f"Bearer {reveal(credentials.bearer).get_secret_value()}")
            return Access(system.name, url, {"Authorization": token})
        header = credentials.header
        assert header is not None  # noqa: S101 - Credentials holds exactly one
        return Access(system.name, url, {header.name: reveal(header.value)})

    def _revealer(self, system: System) -> Callable[[Secret], SecretStr]:
        def reveal(secret: Secret) -> SecretStr:
            try:
                return secret.reveal(self.variables)
            except KeyError:
                raise ValueError(f"system {system.name} needs the environment variable {secret.env}") from None
            except OSError as error:
                raise ValueError(
                    f"system {system.name} needs the file {secret.file}, which can't be read: {error.strerror}"
                ) from None

        return reveal


def url_variable(system: str) -> str:
    """The environment variable that says where a system is."""
    return f"SCRIPT_MANAGER_SYSTEM_{system.upper()}_URL"


def _basic(user: SecretStr, password: SecretStr) -> SecretStr:
    pair = f"{user.get_secret_value()}:{password.get_secret_value()}".encode()
    return SecretStr("Basic " + base64.b64encode(pair).decode())


def process_environment() -> Environment:
    """The environment of this process."""
    return Environment(dict(os.environ))
