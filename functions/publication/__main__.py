"""``python -m functions.publication``: writes what others read of the declarations.

``schemas [FOLDER]`` writes the JSON Schemas of declarations. ``element-templates [FOLDER] [--language LANGUAGE]``
writes the element templates of all functions, without a folder to where Camunda Modeler of this user looks for them.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from feel import BundleError, Evaluator
from feel.bundle import build
from functions.catalogue import load, sources_in
from functions.publication.element_templates import element_templates
from functions.publication.schemas import json_schemas

_ROOT = Path(__file__).parents[2]
TEMPLATES = "script-manager.json"
"""One file holds all templates, so that those of a function that is gone go with the next writing."""


def modeler_folder(platform: str, environment: Mapping[str, str]) -> Path:
    """Where Camunda Modeler looks for a user's element templates (its documentation, "Search paths").

    Args:
        platform: as ``sys.platform`` names it.
        environment: with the user's home.
    """
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or ".")
    if platform == "win32":
        data = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    elif platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return data / "camunda-modeler" / "resources" / "element-templates"


def main(arguments: list[str]) -> int:
    """Run a command; returns the exit status, 1 where a declaration holds mistakes: what is sound is written."""
    parser = argparse.ArgumentParser(prog="python -m functions.publication", description=__doc__)
    commands = parser.add_subparsers(required=True)
    schemas = commands.add_parser("schemas")
    schemas.add_argument("folder", nargs="?", type=Path, default=_ROOT / "docs" / "schemas")
    schemas.set_defaults(run=_write_schemas)
    templates = commands.add_parser("element-templates")
    templates.add_argument("folder", nargs="?", type=Path, default=modeler_folder(sys.platform, os.environ))
    templates.add_argument("--language", choices=["ru", "en"], default="ru")
    templates.add_argument("--declared", type=Path, default=_ROOT / "functions" / "declared", help="the declarations")
    templates.set_defaults(run=_write_templates)
    given = parser.parse_args(arguments)
    status: int = given.run(given)
    return status


def _write_schemas(given: argparse.Namespace) -> int:
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, text in json_schemas().items():
        (given.folder / name).write_text(text, encoding="utf-8")
    return 0


def _write_templates(given: argparse.Namespace) -> int:
    try:
        build()
        with Evaluator() as evaluator:
            loaded = load(sources_in(given.declared), evaluator)
        templates = element_templates(loaded.catalogue, given.language)
        given.folder.mkdir(parents=True, exist_ok=True)
        file = given.folder / TEMPLATES
        file.write_text(json.dumps(templates, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except (OSError, UnicodeDecodeError, BundleError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for mistake in loaded.mistakes:
        sys.stderr.write(f"{mistake}\n")
    sys.stdout.write(f"{len(templates)} element templates are in {file}; Camunda Modeler reads them when it starts.\n")
    return 1 if loaded.mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
