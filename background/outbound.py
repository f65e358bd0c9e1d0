"""Addresses that somebody else has chosen: only what the internet can reach, checked when the connection is made."""

import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

_EMBEDS_IPV4 = ipaddress.ip_network("64:ff9b::/96")


class TargetRefused(OSError):
    """An address of this machine, its network or its cloud's metadata, which nobody outside may make us call."""


def require_public(url: str) -> None:
    """Let an address pass that is a name or can be reached from the internet.

    Raises:
        TargetRefused: it is an IP address that can't, or no HTTPS.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise TargetRefused("the address is not https")
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return
    _require_global(address)


def _require_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    if not address.is_global or address.is_multicast or address in _EMBEDS_IPV4:
        raise TargetRefused("the address is not one of the internet")


class PublicOnly(AbstractResolver):
    """Resolves names to addresses that can be reached from the internet, at the moment of connecting."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            TargetRefused: one of them can't be reached from the internet.
            OSError: there are none.
        """
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            _require_global(ipaddress.ip_address(each["host"].partition("%")[0]))
        return found

    async def close(self) -> None:
        """Close the resolver."""
        await self._resolver.close()
