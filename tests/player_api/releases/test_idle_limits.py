from collections.abc import Mapping

import pytest
from lxml import etree

from player_api.releases.idle_limits import idle_limits
from player_api.releases.namespaces import BPMN, CAMUNDA
from player_api.releases.rules import Finding


def read(value: str) -> tuple[Mapping[str, float], list[Finding]]:
    process = etree.fromstring(
        f'<process xmlns="{BPMN}" xmlns:camunda="{CAMUNDA}" id="p"><extensionElements><camunda:properties>'
        f'<camunda:property name="abandonedAfter" value="{value}"/>'
        "</camunda:properties></extensionElements></process>"
    )
    findings: list[Finding] = []
    return idle_limits("p", process, findings), findings


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        ("2h", {"": 7200}),
        ("2h, bot: 20m", {"": 7200, "bot": 1200}),
        ("ivr:5m", {"ivr": 300}),
        (" 1d ,self_service : 1h ", {"": 86400, "self_service": 3600}),
    ],
)
def test_limits_by_channel(value: str, limits: Mapping[str, float]) -> None:
    assert read(value) == (limits, [])


@pytest.mark.parametrize("value", ["", "2", "bot", "bot:", "2 hours", "59s", "2h;bot:1h", "2h,", "-1h"])
def test_what_is_no_limit_is_said(value: str) -> None:
    limits, findings = read(value)
    assert limits == {}
    assert [(finding.file, finding.element) for finding in findings] == [("p", "p")]
    assert "bot: 20m" in findings[0].en


def test_a_process_need_not_say_anything() -> None:
    assert idle_limits("p", etree.fromstring(f'<process xmlns="{BPMN}" id="p"/>'), []) == {}
