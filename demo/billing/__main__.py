"""Starts demo billing: ``python -m demo.billing``."""

from demo.billing.app import create_app
from demo.billing.settings import Settings
from demo.starting import begin, serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = begin("demo.billing", Settings)
    serve(create_app(settings), settings.billing_port, settings.billing_host)


if __name__ == "__main__":
    main()
