"""What no file of the repository may hold."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import name, tracked

REGISTRIES = (
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|maven[.]org|maven[.]apache[.]org/maven2|docker[.]io|proxy[.]golang"
)
MACHINES = r"(?<![\w.])/(?:work|root|home|Users)/\w|/tmp/[A-Za-z]"
BINARY = {".png", ".ico", ".woff2"}


def texts() -> list[Path]:
    return [path for path in tracked() if path.suffix not in BINARY]


@pytest.mark.parametrize(
    "forbidden", [REGISTRIES, MACHINES], ids=["addresses of package registries", "folders of one machine"]
)
def test_no_file_names(forbidden: str) -> None:
    found = re.compile(forbidden)
    places = [
        f"{name(path)}:{number}"
        for path in texts()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if found.search(line)
    ]
    assert places == []


@pytest.mark.parametrize("page", [path for path in tracked() if re.fullmatch(r"\d{4}-.+\.md", path.name)], ids=name)
def test_a_decision_has_its_number_and_three_headings(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in tracked() if re.fullmatch(r"\d{4}-.+\.md", path.name)]
    assert sorted(numbers) == sorted(set(numbers))
