"""Serving a demo system over HTTP, with connections that can be broken off."""

import socket
import struct

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ABORT = "demo.abort"


class _Abortable(HttpToolsProtocol):
    """Offers the application to reset the connection, as an ASGI extension."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_ABORT: {"now": self._reset}}

    def _reset(self) -> None:
        connection = self.transport.get_extra_info("socket")
        # With nothing to linger for, closing sends RST instead of FIN (RFC 9293, 3.6).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def abort(scope: Scope) -> None:
    """Reset the connection of a request.

    Raises:
        ConnectionResetError: the request came over no connection, but from within this process.
    """
    extension = scope.get("extensions", {}).get(_ABORT)
    if extension is None:
        raise ConnectionResetError("the demo system broke off")
    extension["now"]()


def config(app: ASGIApp, port: int, host: str = "127.0.0.1") -> uvicorn.Config:
    """How a demo system is served: quietly, stopping within five seconds."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Abortable,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
