"""The product's own commands, run with a stack's settings."""

import os
import subprocess
import sys
from collections.abc import Sequence

from stack.running import Running


def run_module(stack: Running, module: str, arguments: Sequence[str]) -> int:
    """Run a module of the product to its end; return its exit status.

    Args:
        stack: whose database and engine it works with.
        module: such as ``player_api.releases``.
        arguments: of its command line.
    """
    login = stack.credentials.engine
    settings = {
        "SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager"),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": login.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
    }
    return subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-P", "-m", module, *arguments], env=os.environ | settings, check=False
    ).returncode
