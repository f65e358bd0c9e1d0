"""Starts the demo CRM: ``python -m demo.crm``."""

import sys
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from demo.crm.app import create_app
from demo.crm.settings import Settings
from demo.logs import configure, get
from demo.serving import config


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    configure("demo.crm")
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            get(__name__).error("wrong_setting", name=f"DEMO_{each['loc'][0]}".upper(), reason=each["msg"])
        sys.exit(2)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config(create_app(settings), settings.crm_port, settings.crm_host)).run()


if __name__ == "__main__":
    main()
