"""What authoring takes, composed once a process."""

from dataclasses import dataclass

from player_api.authoring.closing import DraftClosing
from player_api.authoring.desk import DraftDesk
from player_api.authoring.published import PublishedFiles
from player_api.functions.desk import DeclarationDesk
from store.database import Database
from store.drafts import Drafts
from store.release_files import ReleaseFiles


@dataclass(frozen=True)
class AuthoringContext:
    """The parts that requests about drafts and releases share."""

    desk: DraftDesk
    closing: DraftClosing
    published: PublishedFiles

    @classmethod
    def of(cls, database: Database, declarations: DeclarationDesk) -> "AuthoringContext":
        """Compose them."""
        drafts, releases = Drafts(database), ReleaseFiles(database)
        return cls(DraftDesk(drafts), DraftClosing(drafts, releases, declarations), PublishedFiles(releases))
