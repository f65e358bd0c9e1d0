"""``python -m background``: periodic and deferred work, and the journal's relay; several may run."""

import asyncio
import sys

from background.process import run
from runtime import logs
from runtime.settings import Settings


def main() -> int:
    """Run the process; return the exit status."""
    settings = Settings()
    logs.configure("background", settings.log_level)
    asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
