"""Which scripts a stack publishes."""

from pathlib import Path

from stack.folder import ROOT
from stack.scripts import walked_alone


def test_what_others_call_is_part_of_them(tmp_path: Path) -> None:
    for key, content in (("whole", '<callActivity calledElement="part" />'), ("part", ""), ("alone", "")):
        (tmp_path / key).mkdir()
        (tmp_path / key / "script.bpmn").write_text(content)
    (tmp_path / "no_script").mkdir()
    assert [folder.name for folder in walked_alone(tmp_path)] == ["alone", "whole"]


def test_the_shipped_scripts() -> None:
    assert [folder.name for folder in walked_alone(ROOT / "bpmn")] == [
        "internet_support",
        "promised_payment",
        "text_chat_basics",
    ]
