"""Messages as the API takes them."""

from uuid import UUID

from pydantic import Field, JsonValue

from player_api.sessions.models import Given, Key, Name


class MessageRequest(Given):
    """Something that has happened outside, and whom it concerns."""

    name: Name = Field(description="The message's name in the BPMN", examples=["payment_received"])
    session: UUID | None = Field(default=None, description="To this session")
    customer: Name | None = Field(default=None, description="To the one session of this customer that waits for it")
    variables: dict[str, JsonValue] = Field(default_factory=dict, max_length=200)
    channel: Key = Field(default="crm", description="Of a session that it starts")
    team: Key | None = Field(default=None, description="Of a session that it starts")
    external_id: Name | None = Field(default=None, description="Of a session that it starts")
