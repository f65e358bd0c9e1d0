"""Why a session can't be recorded.

RecordingError
├── SessionUnfinished
└── RecordingGone
"""


class RecordingError(Exception):
    """A session can't become a test case."""


class SessionUnfinished(RecordingError):
    """The session has not come to an end of its script."""


class RecordingGone(RecordingError):
    """What the session's steps saw is kept no longer."""
