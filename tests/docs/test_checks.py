"""docs/checks.md names every rule with its severity."""

import re

from player_api.releases.rules import Rule
from stack.folder import ROOT

_ROW = re.compile(r"^\| `([a-z-]+)` \| (error|warning) \| .+ \|$", re.MULTILINE)


def test_every_rule_is_documented_once_with_its_severity() -> None:
    rows = _ROW.findall((ROOT / "docs" / "checks.md").read_text(encoding="utf-8"))
    assert sorted(rows) == sorted((rule.value, rule.severity.value) for rule in Rule)
