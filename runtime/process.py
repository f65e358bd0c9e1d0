"""The first thing that every process does."""

import sys

from pydantic import ValidationError

from runtime import logs
from runtime.settings import Settings


def begin(service: str) -> Settings:
    """Turn logs into JSON lines and read the settings.

    Args:
        service: name of the process, as its log lines carry it.

    Raises:
        SystemExit: a setting is missing or wrong; each is named in a log line, without its value. The status is 2.
    """
    logs.configure(service)
    try:
        settings = Settings()
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            variable = "_".join(["SCRIPT_MANAGER", *map(str, wrong["loc"])]).upper()
            logs.get(__name__).error("wrong setting", variable=variable, reason=wrong["msg"])
        sys.exit(2)
    logs.configure(service, settings.log_level)
    return settings
