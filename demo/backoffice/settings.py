"""Settings of the demo back office, read once from the environment."""

from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from demo.latency import Latency, SpreadLatency, parse_latency

_Latency = Annotated[Latency, NoDecode, BeforeValidator(parse_latency)]


class Settings(BaseSettings):
    """What is set through environment variables named ``DEMO_<FIELD>``; an empty one is unset.

    Raises:
        pydantic.ValidationError: a variable is missing or has the wrong form.
    """

    model_config = SettingsConfigDict(env_prefix="DEMO_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr
    """libpq URL of the demo systems' database; each keeps to a schema of its own name."""
    backoffice_host: str = "127.0.0.1"
    """Address to listen on: this machine only, unless in a container."""
    backoffice_port: int = 8050
    customers_latency: _Latency = SpreadLatency(median=350, p99=2000)
    """Time before a request is worked on, in milliseconds: ``fixed=0`` or ``median=350,p99=2000``."""
    inventory_latency: _Latency = SpreadLatency(median=60, p99=400)
    inventory_reader: str | None = None
    """The PostgreSQL role that may read the inventory; it must exist."""
    measurements_latency: _Latency = SpreadLatency(median=80, p99=400)
    measurements_duration: _Latency = SpreadLatency(median=14_000, p99=40_000)
    """From the order of a measurement to its result."""
    knowledge_latency: _Latency = SpreadLatency(median=40, p99=900)
    television_latency: _Latency = SpreadLatency(median=200, p99=2500)
