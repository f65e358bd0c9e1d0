"""What billing refuses.

BillingError
├── AccountNotFound
├── PromiseNotFound
├── KeyReused
└── PromiseRefused
    ├── PromiseActive
    ├── AccountBlocked
    ├── NoDebt
    └── AmountTooSmall
"""


class BillingError(Exception):
    """Billing can't do what it was asked."""

    code = "ERROR"


class AccountNotFound(BillingError):
    """There is no such account."""

    code = "ACCOUNT_NOT_FOUND"


class PromiseNotFound(BillingError):
    """No promised payment was made under this key."""

    code = "PROMISE_NOT_FOUND"


class KeyReused(BillingError):
    """The Idempotency-Key was used for another request before."""

    code = "IDEMPOTENCY_KEY_REUSED"


class PromiseRefused(BillingError):
    """The conditions for a promised payment are not met."""


class PromiseActive(PromiseRefused):
    """An earlier promised payment is unpaid."""

    code = "PROMISE_ACTIVE"


class AccountBlocked(PromiseRefused):
    """The account is blocked."""

    code = "ACCOUNT_BLOCKED"


class NoDebt(PromiseRefused):
    """There is no debt to promise a payment for."""

    code = "NO_DEBT"


class AmountTooSmall(PromiseRefused):
    """The promised sum does not cover the debt."""

    code = "AMOUNT_TOO_SMALL"
