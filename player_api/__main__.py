"""``python -m player_api``: serve the facade."""

import socket
import sys

import uvicorn
from fastapi import FastAPI

from player_api.app import create_app
from runtime.process import begin


class _Server(uvicorn.Server):
    """A server that lets streams of events end when it stops, before it waits for open requests."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.watched.close()
        await super().shutdown(sockets)


def main() -> int:
    """Serve until SIGTERM or SIGINT; open requests are answered first. Return the exit status."""
    settings = begin("player_api")
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Longer than a proxy or a client keeps an idle connection: the other side closes first, and no request is lost.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
    )
    _Server(config, app).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
