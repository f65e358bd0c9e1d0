"""What a script is called by the files of its draft."""

from collections.abc import Mapping

from lxml import etree

from player_api.diagrams.diagram import english_of
from player_api.releases.namespaces import bpmn
from player_api.releases.trees import read_tree
from store.drafts import Titles


def titles_of(script: str, files: Mapping[str, bytes]) -> Titles | None:
    """Read the name of a script's process; None where no file has the process, or it is no XML yet."""
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        try:
            root = read_tree(files[name])
        except etree.XMLSyntaxError:
            continue
        for process in root.iter(bpmn("process")):
            if process.get("id") == script:
                return Titles(process.get("name"), english_of(process).name)
    return None
