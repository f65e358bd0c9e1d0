import secrets

import pytest


@pytest.fixture
def script() -> str:
    """The key of a script that nobody knows."""
    return f"script_{secrets.token_hex(6)}"
