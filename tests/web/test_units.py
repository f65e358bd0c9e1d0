"""The unit tests of web/, run by Vitest."""

import re

import pytest

from stack.screen import Screen
from stack.web import workspace


@pytest.mark.timeout(300)
def test_vitest_finds_nothing_wrong() -> None:
    said = workspace().test(Screen())
    assert re.search(r"Tests\s+[1-9]\d* passed", re.sub(r"\x1b\[[0-9;]*m", "", said)), said
