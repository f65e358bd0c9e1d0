"""What a supervisor says about its stack in the data folder, and what others read there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from stack import credentials, postgres
from stack.engines.products import PRODUCTS, EngineName, Product
from stack.failures import StackError
from stack.folder import DataFolder
from stack.parts import Part, State
from stack.ports import Ports
from stack.supervisor import Change

CLOCK_CORRECTION = 2.0
"""Seconds that the start of a process may seem to move when the machine's clock is set."""


class PartState(BaseModel):
    """One part as it was when last heard of.

    Attributes:
        url: where it answers; None for a part that runs once.
        state: what is said of it.
        pid: its process.
        created: when that process began, which tells it from a later one with the same id.
    """

    model_config = ConfigDict(frozen=True)

    url: str | None
    state: State
    pid: int | None = None
    created: float | None = None

    def process(self) -> psutil.Process | None:
        """The process itself, None where it has ended."""
        if self.pid is None:
            return None
        try:
            process = psutil.Process(self.pid)
            same = self.created is not None and abs(process.create_time() - self.created) < CLOCK_CORRECTION
        except psutil.NoSuchProcess:
            return None
        return process if same else None


class StackState(BaseModel):
    """Every part, the port of each, and which engine it is; data of earlier versions was Camunda's."""

    model_config = ConfigDict(frozen=True)

    engine: EngineName = EngineName.CAMUNDA
    ports: Mapping[str, int] = {}
    parts: Mapping[str, PartState] = {}

    @classmethod
    def planned(cls, parts: list[Part], ports: Ports, engine: EngineName) -> Self:
        """The state before anything was started."""
        stopped = {part.name: PartState(url=part.url, state=State.STOPPED) for part in parts}
        return cls(engine=engine, ports=ports, parts=stopped)

    def after(self, change: Change) -> Self:
        """The state after ``change``."""
        created = None
        if change.pid is not None:
            try:
                created = psutil.Process(change.pid).create_time()
            except psutil.NoSuchProcess:  # it has ended already, which will be the next change
                created = None
        said = PartState(url=change.part.url, state=change.state, pid=change.pid, created=created)
        return self.model_copy(update={"parts": {**self.parts, change.part.name: said}})

    def write(self, folder: DataFolder) -> None:
        """Keep it in the data folder, whole or not at all."""
        unfinished = folder.state.with_suffix(".new")
        unfinished.write_text(self.model_dump_json(indent=2))
        unfinished.replace(folder.state)


def read(folder: DataFolder) -> StackState:
    """The last state that was written; an empty one where there is none."""
    try:
        return StackState.model_validate_json(folder.state.read_bytes())
    except (FileNotFoundError, ValidationError):
        return StackState()


class Answer(BaseModel):
    """One part in the answer of ``status --json``."""

    url: str
    state: State


class Status(BaseModel):
    """The answer of ``status --json``.

    Attributes:
        parts: every part that keeps running, by name.
        credentials: path of the file with the generated passwords and keys.
    """

    parts: Mapping[str, Answer]
    credentials: str

    @property
    def runs(self) -> bool:
        """Whether any part does anything."""
        return any(part.state is not State.STOPPED for part in self.parts.values())


def status(folder: DataFolder) -> Status:
    """Say how the stack in ``folder`` is; where no supervisor runs, every part is stopped."""
    is_held = folder.is_held()
    parts = {
        name: Answer(url=part.url, state=part.state if is_held else State.STOPPED)
        for name, part in read(folder).parts.items()
        if part.url
    }
    return Status(parts=parts, credentials=str(folder.credentials))


Database = Literal["postgres", "camunda", "script_manager", "demo"]


@dataclass(frozen=True)
class Running:
    """A stack that is ready, for those who use it: the terminal walk and the tests.

    Attributes:
        folder: its data.
        urls: where each part answers.
        ports: port of each part.
        credentials: its passwords and keys.
        engine: which engine it has.
    """

    folder: DataFolder
    urls: Mapping[str, str]
    ports: Ports
    credentials: credentials.Credentials
    engine: Product

    @property
    def cockpit_url(self) -> str:
        """The engine's pages for administrators."""
        return self.urls["engine"].removesuffix("/engine-rest") + self.engine.web_path

    def database_url(self, name: Database) -> str:
        """The libpq URL of one of its databases, as its owner; of ``postgres``, as the superuser."""
        return postgres.url(getattr(self.credentials.databases, name), self.ports["postgres"])


def find(folder: DataFolder) -> Running:
    """The stack that runs in ``folder``.

    Raises:
        StackError: none is ready there.
    """
    said = status(folder)
    if "facade" not in said.parts or said.parts["facade"].state is not State.READY:
        raise StackError(f"Nothing is ready in {folder.path}; start it with ./scripts/up.")
    urls = {name: part.url for name, part in said.parts.items()}
    state = read(folder)
    return Running(folder, urls, state.ports, credentials.load(folder.credentials), PRODUCTS[state.engine])
