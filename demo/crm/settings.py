"""Settings of the demo CRM, read once from the environment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = r"^https?://[^/]+$"


class Settings(BaseSettings):
    """What is set through environment variables named ``DEMO_<FIELD>``; an empty one is unset.

    Raises:
        pydantic.ValidationError: a variable is missing or has the wrong form.
    """

    model_config = SettingsConfigDict(env_prefix="DEMO_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr
    """libpq URL of the demo systems' database; the CRM keeps to its schema ``crm``."""
    crm_host: str = "127.0.0.1"
    """Address to listen on: this machine only, unless in a container."""
    crm_port: int = 8040
    crm_url: str = Field(default="http://127.0.0.1:8040", pattern=_ORIGIN)
    """Where browsers find it: the origin for which it asks for tokens."""
    crm_script_manager_url: str = Field(default="http://127.0.0.1:8000", pattern=_ORIGIN)
    """Where the CRM's back end reaches Script Manager."""
    crm_script_manager_public_url: str = Field(default="http://127.0.0.1:8000", pattern=_ORIGIN)
    """Where browsers reach it."""
    crm_script_manager_key: SecretStr | None = None
    """A key of Script Manager with the role ``embedder``; without it the player's panel says that it is missing."""
