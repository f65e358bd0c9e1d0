"""What demo television refuses.

TelevisionError
├── NoBox            no-box            no box is registered on this account
├── NoPackage        no-package        there is no such package
├── NoRestart        no-restart        nothing was restarted under this key
├── NoSubscription   no-subscription   there is none with this number
├── PackagePresent   package-present   the account has it already
└── BoxTooOld        box-too-old       the box can't show it
"""


class TelevisionError(Exception):
    """A refusal: its reason, and the HTTP status that goes with it."""

    reason = ""
    status = 404


class NoBox(TelevisionError):
    """No box is registered on this account."""

    reason = "no-box"


class NoPackage(TelevisionError):
    """There is no such package."""

    reason = "no-package"


class NoRestart(TelevisionError):
    """Nothing was restarted under this key."""

    reason = "no-restart"


class NoSubscription(TelevisionError):
    """There is no subscription with this number."""

    reason = "no-subscription"


class PackagePresent(TelevisionError):
    """The account has this package already."""

    reason = "package-present"
    status = 409


class BoxTooOld(TelevisionError):
    """The box can't show this package."""

    reason = "box-too-old"
    status = 409
