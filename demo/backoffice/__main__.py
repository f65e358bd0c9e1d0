"""Starts the demo back office: ``python -m demo.backoffice``."""

from demo.backoffice.app import create_app
from demo.backoffice.settings import Settings
from demo.starting import begin, serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = begin("demo.backoffice", Settings)
    serve(create_app(settings), settings.backoffice_port, settings.backoffice_host)


if __name__ == "__main__":
    main()
