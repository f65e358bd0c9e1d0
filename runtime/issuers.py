"""Who else may say who somebody is: OpenID Connect issuers, as an administrator sets them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a pair of keys; what is signed with a shared secret, or not at all, is never accepted."""

RoleName = Literal["operator", "bot", "author", "publisher", "analyst", "embedder", "admin"]


def _split(path: object) -> object:
    return tuple(path.split(".")) if isinstance(path, str) else path


ClaimPath = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]
"""Where a claim is: names from the outside in, written with dots, or as a list where a name has dots itself."""

Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


class Issuer(BaseModel):
    """An OpenID Connect issuer, and what its tokens say.

    Attributes:
        issuer: exactly as its tokens name it in ``iss``.
        audience: what they have to name in ``aud``.
        jwks_url: where its keys are; without it they are looked up by OpenID Connect Discovery.
        algorithms: with which it signs.
        name_claim: what a person is called in journals and histories.
        roles_claim: the list of roles.
        roles: our role for each of its names; without it, its names are ours.
        tenant: of all its people; or else ``tenant_claim``.
        tenant_claim: where the token names a person's tenant.
        teams_claim: the list of teams whose work a person does; without it, all.
        leeway: seconds that clocks may differ.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Url
    audience: Annotated[str, Field(min_length=1)]
    jwks_url: Url | None = None
    algorithms: tuple[Algorithm, ...] = Field(default=("RS256", "ES256"), min_length=1)
    name_claim: ClaimPath = ("preferred_username",)
    roles_claim: ClaimPath = ("roles",)
    roles: dict[str, RoleName] | None = None
    tenant: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    tenant_claim: ClaimPath | None = None
    teams_claim: ClaimPath | None = None
    leeway: int = Field(default=30, ge=0, le=300)

    @model_validator(mode="after")
    def _check_tenant(self) -> Self:
        if (self.tenant is None) == (self.tenant_claim is None):
            raise ValueError("name either the tenant of an issuer's people or the claim that has it")
        return self
