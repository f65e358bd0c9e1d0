"""``python -m background``: periodic and deferred work, and the journal's relay; several may run."""

import asyncio
import sys

from background.process import run
from runtime.process import begin


def main() -> int:
    """Run the process; return the exit status."""
    settings = begin("background")
    asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
