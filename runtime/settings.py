"""Settings of every process, read once from the environment."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.issuers import Issuer

Port = Annotated[int, Field(ge=0, le=65_535)]


class Settings(BaseSettings):
    """What an administrator sets through environment variables ``SCRIPT_MANAGER_<FIELD>``; an empty one is unset.

    Raises:
        pydantic.ValidationError: a variable is missing or has the wrong type.
    """

    model_config = SettingsConfigDict(env_prefix="SCRIPT_MANAGER_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr
    """libpq URL of our own database, ``postgresql://user:password@host:port/name``."""
    database_pool_size: int = Field(default=8, ge=1, le=200)

    engine_url: str = "http://127.0.0.1:8080/engine-rest"
    """Base URL of Camunda's REST API, without a trailing slash."""
    engine_user: str | None = None
    engine_password: SecretStr | None = None
    engine_token: SecretStr | None = None
    """A bearer token, for an engine behind a gateway; used instead of user and password."""

    host: str = "127.0.0.1"
    """Address that the facade and the health endpoints bind to."""
    api_port: Port = 8000
    workers_port: Port = 8010
    background_port: Port = 8020

    workers_concurrency: int = Field(default=50, ge=1, le=2000)
    """External tasks that one worker process works on at the same time."""
    workers_functions: str = "*"
    """Which functions this worker runs: names separated by commas, with ``*`` for any part (``billing.*,crm.*``)."""
    workers_release: str | None = None
    """Run tasks of one release alone, ``SCRIPT/NUMBER``: for a worker that tries out something new."""
    functions_path: str = "functions/declared"
    """Folder with the declarations of integration functions and systems."""

    workers_url: str = "http://127.0.0.1:8010"
    """Where the facade reaches the workers' internal endpoints, through a load balancer where there are several."""
    internal_token: SecretStr | None = None
    """What facade and workers know each other by; without it the workers' internal endpoints are closed."""
    public_url: str = "http://127.0.0.1:8000"
    """Base URL under which external systems reach the facade, for callbacks."""

    embed_keys: SecretStr | None = None
    """What embed tokens are signed with: ``ID:SECRET``, separated by commas. The first signs, all are accepted."""

    oidc_issuers: tuple[Issuer, ...] | None = None
    """Who else may say who somebody is: a JSON list, see runtime/issuers.py."""
    person_requests_a_minute: int = Field(default=600, ge=1)
    """How many requests an operator or another person may send, in all its pages together."""
    key_requests_a_minute: int = Field(default=60_000, ge=1)
    """How many requests may come with one API key, unless the key has a number of its own."""
    web_path: str = "web/dist"
    """Folder with the built web applications that the facade serves, a folder each."""

    time_zone: str = "Europe/Moscow"
    """Where customers are: what they mean by ``tomorrow``."""
    conversation_attempts: int = Field(default=3, ge=1, le=20)
    """How often a bot asks a question before a person takes over, where its form doesn't say."""

    kafka_bootstrap: str | None = None
    """``host:port`` list of Kafka brokers; without it the journal stays in PostgreSQL."""
    kafka_topic: str = "script-manager.journal"

    lease_minutes: float = Field(default=5, gt=0, le=1440)
    """How long a session belongs to who has written in it last."""

    idle_minutes: float = Field(default=1440, gt=0)
    """How long nobody may write in a session before it is abandoned, where its script says nothing of it."""
    answers_kept_days: int = Field(default=365, ge=1)
    """Days after a session's end for which the journal keeps what was said in it."""

    snapshots_kept_hours: float = Field(default=24, ge=0)
    """Hours after a session's end for which it is known what its steps saw, so that a test case can be made of it."""
    releases_kept_days: int = Field(default=30, ge=1)
    """Days for which the engine holds a release that no rollout names and no session runs on."""

    webhook_keys: SecretStr | None = None
    """What secrets of webhooks are derived with: ``ID:SECRET``, separated by commas; the first is for new ones."""
    webhooks_private: bool = False
    """Whether webhooks may go to addresses that the internet can't reach, and without TLS."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @field_validator("oidc_issuers")
    @classmethod
    def _check_issuers(cls, given: tuple[Issuer, ...] | None) -> tuple[Issuer, ...] | None:
        if given and len({issuer.issuer for issuer in given}) < len(given):
            raise ValueError("an issuer is named twice")
        return given

    @field_validator("embed_keys", "webhook_keys")
    @classmethod
    def _check_embed_keys(cls, given: SecretStr | None) -> SecretStr | None:
        pairs = _pairs(given)
        names = {name for name, _ in pairs}
        if len(names) < len(pairs) or "" in names or any(len(secret) < 32 for _, secret in pairs):
            raise ValueError("write keys as ID:SECRET, separated by commas, each secret of at least 32 characters")
        return given

    def signing_keys(self) -> dict[str, bytes]:
        """Return the keys of embed tokens by id, the one that signs first; empty where none is set."""
        return {name: secret.encode() for name, secret in _pairs(self.embed_keys)}

    def deriving_keys(self) -> dict[str, bytes]:
        """Return the keys of webhooks' secrets by id, the one for new ones first; empty where none is set."""
        return {name: secret.encode() for name, secret in _pairs(self.webhook_keys)}


def _pairs(keys: SecretStr | None) -> list[tuple[str, str]]:
    split = (key.strip().partition(":") for key in keys.get_secret_value().split(",")) if keys else ()
    return [(name, secret) for name, _, secret in split]
