"""What can't be done about a customer."""


class ErasureUnknown(Exception):
    """The tenant has given no such order."""
