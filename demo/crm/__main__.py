"""Starts the demo CRM: ``python -m demo.crm``."""

from demo.crm.app import create_app
from demo.crm.settings import Settings
from demo.starting import begin, serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = begin("demo.crm", Settings)
    serve(create_app(settings), settings.crm_port, settings.crm_host)


if __name__ == "__main__":
    main()
