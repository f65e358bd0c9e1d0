"""``python -m store migrate``: bring the database schema up to date."""

import sys

from sqlalchemy.exc import OperationalError

from runtime import logs
from runtime.process import begin
from store.migrate import migrate


def main() -> int:
    """Run the command named on the command line; return the exit status."""
    if sys.argv[1:] != ["migrate"]:
        sys.stderr.write("usage: python -m store migrate\n")
        return 2
    settings = begin("store")
    try:
        migrate(settings.database_url.get_secret_value())
    except OperationalError:
        logs.get(__name__).error("the database cannot be reached")
        return 1
    logs.get(__name__).info("schema up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
