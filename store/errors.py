"""What can go wrong between us and our database.

StoreError
├── TextRefused
├── ReleaseRetired
└── StoreUnavailable
"""


class StoreError(Exception):
    """The database refused a statement."""


class StoreUnavailable(StoreError):
    """The database could not be reached, or was shutting down; nothing is known to have been written."""


class TextRefused(StoreError):
    """A text has a character that the database can't hold, such as NUL; nothing is written."""


class ReleaseRetired(StoreError):
    """A rollout would name a release that has left the engine; nothing is written."""
