"""What can go wrong with webhooks.

WebhookError
├── WebhookUnknown
├── WebhooksOff
└── WebhookInvalid
"""

from collections.abc import Mapping


class WebhookError(Exception):
    """A request about a webhook cannot be carried out."""


class WebhookUnknown(WebhookError):
    """The tenant has no webhook of this name."""


class WebhooksOff(WebhookError):
    """There is no key to derive secrets with."""


class WebhookInvalid(WebhookError):
    """An address that must not be called."""

    def __init__(self, by_field: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.by_field = dict(by_field)
