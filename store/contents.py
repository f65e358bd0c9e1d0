"""Contents of files, each kept once however many drafts, versions and releases have it."""

import hashlib
from collections.abc import Mapping

from store.database import Connection


def digest_of(content: bytes) -> bytes:
    """Return the SHA-256 by which a content is found again."""
    return hashlib.sha256(content).digest()


async def keep_contents(connection: Connection, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Keep contents in the transaction of ``connection``.

    Args:
        connection: in a transaction.
        files: contents by name.

    Returns:
        Their digests by name.
    """
    digests = {name: digest_of(content) for name, content in files.items()}
    # In one order, so that two transactions with the same files wait for each other and never in a circle.
    contents = sorted({digests[name]: content for name, content in files.items()}.items())
    await connection.cursor().executemany(
        "INSERT INTO file_contents (digest, content) VALUES (%s, %s) ON CONFLICT DO NOTHING", contents
    )
    return digests
