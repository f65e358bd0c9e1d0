"""Which certificates are trusted."""

import functools
import ssl

import httpx


@functools.cache
def trusted() -> ssl.SSLContext:
    """Return the context that trusts the usual authorities; read once a process, since reading takes 20 ms."""
    return httpx.create_ssl_context()
