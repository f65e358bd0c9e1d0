"""The beginning of every demo process: its log, its settings, and serving until it is told to stop."""

import sys
from contextlib import suppress
from typing import TypeVar

import uvicorn
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from starlette.types import ASGIApp

from demo.logs import configure, get
from demo.serving import config

_Settings = TypeVar("_Settings", bound=BaseSettings)


def begin(name: str, kind: type[_Settings]) -> _Settings:
    """Begin to log under a name, and read the settings.

    Raises:
        SystemExit: with status 2, when a setting is missing or wrong, which is logged without its value.
    """
    configure(name)
    try:
        return kind()
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            get(name).error("wrong_setting", name=f"DEMO_{each['loc'][0]}".upper(), reason=each["msg"])
        sys.exit(2)


def serve(app: ASGIApp, port: int, host: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config(app, port, host)).run()
