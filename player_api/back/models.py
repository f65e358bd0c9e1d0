"""What a request to go back says."""

from typing import Annotated

from pydantic import Field

from player_api.sessions.models import Given


class BackRequest(Given):
    """Where to go back to."""

    to: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="Id of a step from `visited`; without it the last one"
    )
    confirm: bool = Field(default=False, description="Work on parallel branches may be given up")
