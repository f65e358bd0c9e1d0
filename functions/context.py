"""For whom and for which task a function is called."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """The occasion of a call.

    Attributes:
        session_id: business key of the session, None for a process started outside the facade.
        activity_id: id of the service task in the script.
        task_id: id of the external task; the same when a second worker takes over.
        correlation_id: goes into logs and to the system.
        tenant: regional branch, where known.
        customer: whom the session is about, where known.
        callback_url: where a later answer shall go; whoever knows it can answer, so it is never logged.
    """

    session_id: str | None
    activity_id: str
    task_id: str
    correlation_id: str
    tenant: str | None = None
    customer: str | None = None
    callback_url: str | None = field(default=None, repr=False)

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt at this task by any worker, different for every other task."""
        parts = "\n".join([self.session_id or "", self.activity_id, self.task_id])
        return hashlib.sha256(parts.encode()).hexdigest()[:32]
