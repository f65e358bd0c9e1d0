"""The bare page's script: form-js as it comes, built with the tools and from the packages that build the player."""

import json
import shutil
import subprocess
from pathlib import Path

from bench.private_stack import FOLDER
from stack import node
from stack.failures import StackError
from stack.screen import Screen
from stack.web import workspace

_COMPRESS = """
const fs = require("fs"), zlib = require("zlib");
const compress = (file) => fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(fs.readFileSync(file)));
process.argv.slice(1).forEach(compress);
"""
_PAGES = Path(__file__).with_name("pages")


def build(screen: Screen) -> Path:
    """Build the bare page.

    Returns:
        The folder with its ``bare.js`` and ``bare.css``, and both as brotli.

    Raises:
        StackError: the packages can't be had, or the build fails.
    """
    packages = workspace().packages(screen)
    folder = FOLDER / "bare"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(_PAGES / "bare.js", folder)
    (folder / "node_modules").symlink_to(packages)
    settings = {
        "root": str(folder),
        "logLevel": "warn",
        "build": {
            "target": "es2022",
            "outDir": "built",
            "modulePreload": {"polyfill": False},
            "rollupOptions": {
                "input": "bare.js",
                "output": {"entryFileNames": "bare.js", "assetFileNames": "bare[extname]", "codeSplitting": False},
            },
        },
    }
    (folder / "vite.config.mjs").write_text(f"export default {json.dumps(settings)};\n")
    _run(folder, str(packages / "vite" / "bin" / "vite.js"), "build")
    _run(folder, "-e", _COMPRESS, "built/bare.js", "built/bare.css")
    return folder / "built"


def _run(folder: Path, *arguments: str) -> None:
    command = [str(node.NODE), *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=node.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"The bare page can't be built: {(done.stdout + done.stderr)[-2000:]}")
