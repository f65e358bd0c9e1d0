from pathlib import Path

import pytest

from tests.docs.pages import anchors, links, name, pages


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_pages_are_found() -> None:
    assert {"README.md", "README.ru.md", "docs/architecture.md"} <= set(map(name, pages()))
