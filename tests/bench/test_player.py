"""Figures of the player out of what was measured, and the script that is walked for them."""

import json
from pathlib import Path

from bench.player import scripts
from bench.player.results import File, Visit, figures, shell_files

SHELL = """l.href=new URL("chunks/form-1.js",s.src);import"./chunks/words-1.js";()=>load("./chunks/vue-1.js")"""
FILES = {
    "script-player.js": File(4_200, SHELL),
    "chunks/words-1.js": File(1_800, 'export{a}from"./more-1.js"'),
    "chunks/more-1.js": File(20_000, "export const a=1"),
    "chunks/form-1.js": File(150_000, 'import{b}from"./words-1.js"'),
}


def test_the_shell_is_what_it_can_not_start_without() -> None:
    assert shell_files(FILES) == set(FILES) - {"chunks/form-1.js"}


def test_figures_are_medians_over_all_visits() -> None:
    visits = [
        Visit(200, 900, FILES, steps=(20, 30), keystrokes=(1, 2, 3)),
        Visit(300, 1000, FILES, steps=(40,), keystrokes=(50, 60)),
        Visit(250, 1500, FILES, steps=(25, 35), keystrokes=(4,)),
    ]
    assert figures([1000, 990, 5000], visits) == {
        "total_brotli_kb": 176.0,
        "shell_brotli_kb": 26.0,
        "shell_vs_bare": 0.25,
        "form_vs_bare": 1.0,
        "step_paint_ms": 30,
        "keystroke_ms": 3.5,
    }


def test_the_long_form_is_as_long_as_is_said() -> None:
    fields = scripts.long_form()
    assert len(fields) == len({field["key"] for field in fields}) == 150
    assert sum("conditional" in field for field in fields) == 50


def test_the_script_is_a_step_a_form(tmp_path: Path) -> None:
    scripts.write(tmp_path)
    forms = [json.loads(file.read_text()) for file in tmp_path.glob("*.form")]
    diagram = (tmp_path / "script.bpmn").read_text()
    assert len(forms) == scripts.STEPS + 1
    assert all(f'camunda:formRef="{form["id"]}"' in diagram for form in forms)
