"""What the CRM's back end refuses, each with the code of its SOAP fault.

DeskError
├── CustomerUnknown
├── CaseUnknown
├── SlotUnknown
├── SlotTaken
├── VisitUnknown
└── EnvelopeWrong
"""


class DeskError(Exception):
    """The CRM can't do what it was asked."""

    code = "Server"


class CustomerUnknown(DeskError):
    """There is no customer with this account."""

    code = "Client.CustomerUnknown"


class CaseUnknown(DeskError):
    """No case was opened under this request id."""

    code = "Client.CaseUnknown"


class SlotUnknown(DeskError):
    """There is no such time."""

    code = "Client.SlotUnknown"


class SlotTaken(DeskError):
    """Nobody is free at this time any longer."""

    code = "Client.SlotTaken"


class VisitUnknown(DeskError):
    """There is no such visit."""

    code = "Client.VisitUnknown"


class EnvelopeWrong(DeskError):
    """The request is not as the WSDL describes it."""

    code = "Client"
