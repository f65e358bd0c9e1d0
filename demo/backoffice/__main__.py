"""Starts the demo back office: ``python -m demo.backoffice``."""

import sys
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from demo.backoffice.app import create_app
from demo.backoffice.settings import Settings
from demo.logs import configure, get
from demo.serving import config


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    configure("demo.backoffice")
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            get(__name__).error("wrong_setting", name=f"DEMO_{each['loc'][0]}".upper(), reason=each["msg"])
        sys.exit(2)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config(create_app(settings), settings.backoffice_port, settings.backoffice_host)).run()


if __name__ == "__main__":
    main()
