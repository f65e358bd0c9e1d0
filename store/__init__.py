"""The only code that speaks SQL to our own database, one module a subject."""

from store.database import Database, open_database
from store.errors import StoreError, StoreUnavailable

__all__ = ["Database", "StoreError", "StoreUnavailable", "open_database"]
