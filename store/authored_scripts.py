"""The scripts that people write: what there is of each, in drafts and releases."""

from dataclasses import dataclass
from datetime import datetime

from store.database import Database


@dataclass(frozen=True)
class AuthoredScript:
    """A script that has a draft or a release.

    Attributes:
        key: of the script.
        title: None where neither draft nor release says it.
        title_en: in English.
        version: of the draft, None where there is none.
        changed_at: when the draft was last changed.
        changed_by: by whom.
        latest_release: the newest, None where there is none.
        rolled_out: the releases that new sessions may get.
    """

    key: str
    title: str | None
    title_en: str | None
    version: int | None
    changed_at: datetime | None
    changed_by: str | None
    latest_release: int | None
    rolled_out: tuple[int, ...]


async def authored_scripts(database: Database) -> list[AuthoredScript]:
    """Return all scripts that have a draft or a release, by key.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    rows = await database.fetch_all(
        """
        SELECT key, coalesce(drafts.title, released.title) AS title,
            CASE WHEN drafts.title IS NULL THEN released.title_en ELSE drafts.title_en END AS title_en,
            drafts.version, drafts.changed_at, drafts.changed_by, released.number AS latest_release,
            ARRAY(
                SELECT DISTINCT release::integer
                FROM jsonb_path_query(rollouts.rules, '$[*].**{0 to 1}.release') AS release
                ORDER BY 1
            ) AS rolled_out
        FROM (
                SELECT script AS key FROM drafts WHERE deleted_at IS NULL UNION SELECT script FROM releases
            ) AS keys
            LEFT JOIN drafts ON drafts.script = key AND drafts.deleted_at IS NULL
            LEFT JOIN LATERAL (
                SELECT number, title, title_en FROM releases WHERE script = key ORDER BY number DESC LIMIT 1
            ) AS released ON true
            LEFT JOIN rollouts ON rollouts.script = key
        ORDER BY key
        """
    )
    return [AuthoredScript(**{**row, "rolled_out": tuple(row["rolled_out"])}) for row in rows]
