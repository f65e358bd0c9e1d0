"""``python -m player_api``: serve the facade."""

import sys

import uvicorn

from player_api.app import create_app
from runtime.process import begin


def main() -> int:
    """Serve until SIGTERM or SIGINT; open requests are answered first. Return the exit status."""
    settings = begin("player_api")
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Longer than a proxy or a client keeps an idle connection: the other side closes first, and no request is lost.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
