"""What authoring takes, composed once a process."""

from dataclasses import dataclass

from player_api.authoring.closing import DraftClosing
from player_api.authoring.desk import DraftDesk
from player_api.authoring.differences import Differences
from player_api.authoring.publication import Publication
from player_api.authoring.published import PublishedFiles
from player_api.functions.desk import DeclarationDesk
from player_api.releases.cases import Trial
from player_api.releases.cases.walk import WalkParts
from player_api.rollouts.desk import RolloutDesk
from store.database import Database
from store.drafts import Drafts
from store.journal import Journal
from store.release_files import ReleaseFiles
from store.releases import Releases


@dataclass(frozen=True)
class AuthoringContext:
    """The parts that requests about drafts and releases share."""

    desk: DraftDesk
    closing: DraftClosing
    published: PublishedFiles
    publication: Publication
    differences: Differences

    @classmethod
    def of(
        cls,
        database: Database,
        declarations: DeclarationDesk,
        walking: WalkParts,
        rollouts: RolloutDesk,
    ) -> "AuthoringContext":
        """Compose them.

        Args:
            database: where drafts and releases are.
            declarations: of integration functions.
            walking: what walking a test case takes; its engine is where releases are deployed.
            rollouts: what switches.
        """
        drafts, releases = Drafts(database), ReleaseFiles(database)
        desk, closing = DraftDesk(drafts), DraftClosing(drafts, releases, declarations)
        publication = Publication(
            desk,
            closing,
            Trial(walking),
            declarations,
            walking.engine,
            Releases(database),
            rollouts,
            Journal(database),
        )
        published = PublishedFiles(releases)
        return cls(desk, closing, published, publication, Differences(desk, closing, published))
