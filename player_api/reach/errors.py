"""Why a contract can't take another's place.

ReplacementError
├── NothingPinned
└── ContractDiffers
"""


class ReplacementError(Exception):
    """A contract can't take the place of the one that releases have pinned."""


class NothingPinned(ReplacementError):
    """No running release has pinned this contract, or nothing has taken its place."""


class ContractDiffers(ReplacementError):
    """Scripts could tell the contracts apart; nothing was changed."""
