"""Settings of demo billing, read once from the environment."""

from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from demo.latency import Latency, SpreadLatency, parse_latency


class Settings(BaseSettings):
    """What is set through environment variables named ``DEMO_<FIELD>``.

    Raises:
        pydantic.ValidationError: a variable is missing or has the wrong form.
    """

    model_config = SettingsConfigDict(env_prefix="DEMO_", extra="ignore", frozen=True)

    database_url: SecretStr
    """libpq URL of the demo systems' database; billing keeps to its schema ``billing``."""
    billing_host: str = "127.0.0.1"
    """Address to listen on: this machine only, unless in a container."""
    billing_port: int = 8030
    billing_latency: Annotated[Latency, NoDecode, BeforeValidator(parse_latency)] = SpreadLatency(median=120, p99=600)
    """Time before a request is worked on, in milliseconds: ``fixed=0`` or ``median=120,p99=600``."""
