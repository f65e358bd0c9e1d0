"""Which scripts a stack publishes."""

from pathlib import Path

from stack.folder import ROOT
from stack.scripts import started_alone


def test_a_script_that_is_only_called_is_part_of_others(tmp_path: Path) -> None:
    process = '<bpmn:process id="{}" isExecutable="true"{}>'
    for key, more in (("whole", ""), ("part", ' camunda:isStartableInTasklist="false"'), ("alone", "")):
        (tmp_path / key).mkdir()
        (tmp_path / key / "script.bpmn").write_text(process.format(key, more))
    (tmp_path / "no_script").mkdir()
    assert [folder.name for folder in started_alone(tmp_path)] == ["alone", "whole"]


def test_the_shipped_scripts() -> None:
    assert [folder.name for folder in started_alone(ROOT / "bpmn")] == [
        "bot_triage",
        "internet_support",
        "iptv_support",
        "promised_payment",
        "text_chat_basics",
    ]
