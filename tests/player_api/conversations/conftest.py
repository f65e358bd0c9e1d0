import pytest

from tests.player_api.api import Api
from tests.player_api.conversations.bot import Bot


@pytest.fixture
def bot(api: Api) -> Bot:
    """A bot that speaks Russian."""
    return Bot(api)
