"""``python -m engine provision``: make the REST user exist that our other processes sign in with."""

import asyncio
import sys

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.client import Engine
from engine.errors import EngineError
from engine.transport import EngineSettings


class _Provision(BaseSettings):
    """Environment variables named ``SCRIPT_MANAGER_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="SCRIPT_MANAGER_", extra="ignore", frozen=True)

    engine_url: str
    engine_user: str
    engine_password: SecretStr
    engine_admin_user: str
    engine_admin_password: SecretStr


async def _provision(wanted: _Provision) -> None:
    admin_password = wanted.engine_admin_password.get_secret_value()
    async with Engine(EngineSettings(wanted.engine_url, wanted.engine_admin_user, admin_password)) as engine:
        password = wanted.engine_password.get_secret_value()
        await engine.users.provision(wanted.engine_user, password, own_password=admin_password)


def main(arguments: list[str]) -> str | None:
    """Run the command; returns the sentence that says why it failed."""
    if arguments != ["provision"]:
        return "usage: python -m engine provision"
    try:
        asyncio.run(_provision(_Provision()))
    except ValidationError as error:
        missing = ", ".join(f"SCRIPT_MANAGER_{str(fault['loc'][0]).upper()}" for fault in error.errors())
        return f"The engine's user was not made: set {missing}"
    except (EngineError, ValueError) as error:
        return f"The engine's user was not made: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
