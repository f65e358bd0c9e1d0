"""The functions of the moment: loaded from files and store, and again when these change, without a restart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from feel import Evaluator
from functions.catalogue import Catalogue, Loaded, load, load_changed
from functions.errors import DeclarationError
from functions.reading import Source
from functions.runner import RunnableFunction, Runner
from runtime import logs
from store.errors import StoreError

_log = logs.get(__name__)


class Declarations:
    """Holds the runner of the declarations that were last found without mistakes; of none until they are first read.

    At first, what is wrong is left out and the rest works. Later, a change that holds a mistake changes nothing: a slip
    of the pen doesn't take a working function away. In both cases the process says so and is not ready.

    Args:
        read: reads what is declared now.
        evaluator: checks expressions.
        make_runner: makes the runner of a catalogue.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[list[Source]]],
        evaluator: Evaluator,
        make_runner: Callable[[Catalogue], Runner],
    ) -> None:
        self._read = read
        self._evaluator = evaluator
        self._make_runner = make_runner
        self._sources: list[Source] | None = None
        self._loaded = Loaded(Catalogue(), ())
        self._catalogue = self._loaded.catalogue
        self._runner = make_runner(self._catalogue)
        self._workers = 1
        self._retiring: set[asyncio.Task[None]] = set()

    @property
    def catalogue(self) -> Catalogue:
        """What is declared and in use."""
        return self._catalogue

    def changed(self, source: Source) -> Catalogue:
        """What would be in use with one declaration changed.

        Raises:
            DeclarationError: it has mistakes.
        """
        return load_changed(self._sources or (), source, self._evaluator)

    @property
    def functions(self) -> Mapping[str, RunnableFunction]:
        """What can run now, by name."""
        return self._runner.functions

    def share(self, workers: int) -> None:
        """Keep to one worker's part of what each system bears, of so many workers."""
        self._workers = workers
        self._runner.composition.share(workers)

    async def check(self) -> None:
        """Return when everything that is declared is in use.

        Raises:
            DeclarationError: there are mistakes.
            ValueError: they have not been read yet, or an address or a secret is missing.
        """
        if self._sources is None:
            raise ValueError("what is declared has not been read yet")
        self._loaded.sound()
        if self._runner.troubles:
            raise ValueError("\n".join(self._runner.troubles))

    async def reload(self) -> None:
        """Use what is declared now, where it has changed and holds no mistakes."""
        try:
            sources = await self._read()
        except (OSError, UnicodeDecodeError, StoreError) as error:
            _log.warning("declarations_unreadable", error=str(error))
            return
        if sources == self._sources:
            return
        at_first, self._sources = self._sources is None, sources
        self._loaded = self._load(sources)
        with suppress(DeclarationError):
            self._use(self._loaded.catalogue if at_first else self._loaded.sound())

    def _use(self, catalogue: Catalogue) -> None:
        before, self._runner = self._runner, self._make_runner(catalogue)
        self._runner.composition.share(self._workers)
        self._catalogue = catalogue
        self._tell_troubles()
        _log.info("declarations_changed", functions=sorted(self._runner.functions))
        retiring = asyncio.create_task(before.retire())
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    @asynccontextmanager
    async def watching(self, seconds: float) -> AsyncIterator[None]:
        """Read now and every so many seconds beside the work of the block; close all connections at its end."""
        watch = asyncio.create_task(self._watch(seconds))
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await asyncio.gather(self._runner.retire(), *self._retiring)

    async def _watch(self, seconds: float) -> None:
        while True:
            await self.reload()
            await asyncio.sleep(seconds)

    def _load(self, sources: list[Source]) -> Loaded:
        loaded = load(sources, self._evaluator)
        for mistake in loaded.mistakes:
            _log.error("declaration_mistake", file=mistake.file, line=mistake.line, sentence=mistake.sentence)
        return loaded

    def _tell_troubles(self) -> None:
        for trouble in self._runner.troubles:
            _log.error("system_unusable", sentence=trouble)
