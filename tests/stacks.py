"""Whole stacks for tests."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from stack.engines.products import EngineName
from stack.folder import ROOT, DataFolder
from stack.running import Running, find


@contextmanager
def running_stack(
    folder: DataFolder, environment: Mapping[str, str], engine: EngineName, *options: str
) -> Iterator[Running]:
    """Start a stack with ``./scripts/up`` and its ``options``, on free ports; it ends with the block."""
    usual = ["--until-input-ends", "--ports", "free", "--data", str(folder.path), "--engine", engine]
    command = ["scripts/up", *usual, *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Script Manager is ready"):
                break
        else:
            pytest.fail(f"The stack didn't start:\n{''.join(said)}", pytrace=False)
        try:
            yield find(folder)
        finally:
            process.stdin.close()
            said.extend(process.stdout)
    assert process.returncode == 0, "".join(said)
