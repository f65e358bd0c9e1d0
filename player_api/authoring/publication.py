"""Publishing a draft: check, close, deploy, and give it to everyone."""

from dataclasses import dataclass

from engine import Engine
from player_api.authoring.closing import DraftClosing
from player_api.authoring.desk import DraftDesk
from player_api.authoring.errors import DraftRefused
from player_api.authoring.progress import Progress, Stage, Tell, untold
from player_api.functions.desk import DeclarationDesk
from player_api.releases.errors import ReleaseRefused
from player_api.releases.publish import Published, publish
from player_api.rollouts.desk import RolloutDesk
from player_api.sessions.context import Caller
from store.releases import Releases


@dataclass(frozen=True)
class Publication:
    """Publishes drafts.

    Every part can be repeated: after a kill at any point, publishing the same draft again goes on where it was cut off.

    Attributes:
        desk: reads drafts.
        closing: checks and closes them.
        declarations: of the functions that a draft brings.
        engine: where releases are deployed.
        releases: where they are recorded.
        rollouts: what switches.
    """

    desk: DraftDesk
    closing: DraftClosing
    declarations: DeclarationDesk
    engine: Engine
    releases: Releases
    rollouts: RolloutDesk

    async def publish(self, caller: Caller, script: str, *, rolls_out: bool, tell: Tell = untold) -> Published:
        """Make a release of a draft, unless there is one with the same content.

        Args:
            caller: who publishes.
            script: the script's key.
            rolls_out: whether new sessions get it at once, but for those that a more specific rule is about.
            tell: hears of each stage as it begins.

        Raises:
            DraftUnknown: the script has no draft.
            DraftRefused: it has mistakes; nothing was changed.
            EngineError: the engine can't be reached, or refuses it; no session gets it.
            StoreUnavailable: the database cannot be reached.
        """
        tell(Progress(stage=Stage.CHECK))
        try:
            closed = await self.closing.close(await self.desk.read(script))
        except ReleaseRefused as error:
            raise DraftRefused(error) from error
        tell(Progress(stage=Stage.DEPLOY))
        await self.declarations.declare(closed.functions, caller.name)
        published = await publish(self.engine, self.releases, closed.content, caller.name, begins=rolls_out)
        if rolls_out:
            tell(Progress(stage=Stage.SWITCH))
            await self.rollouts.release_to_all(caller, script, published.number)
        return published
