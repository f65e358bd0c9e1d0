from pathlib import Path

import pytest

from stack.folder import DataFolder
from tests.stack.ground import Told


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    (tmp_path / "logs").mkdir()
    return DataFolder(tmp_path)


@pytest.fixture
def told() -> Told:
    return Told()
