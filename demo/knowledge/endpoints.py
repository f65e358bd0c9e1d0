"""The dictionaries' own endpoints: lists by page, codes, and errors as a bare sentence."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from demo.knowledge import models, streets

_Text = Annotated[str, Query(max_length=100, description="Words that the name holds, in any order")]
_Limit = Annotated[int, Query(ge=1, le=200)]


class StreetItem(BaseModel):
    """A street."""

    code: str
    city: str
    name: str


class ModelItem(BaseModel):
    """A model of a device."""

    code: str
    name: str
    kind: models.Kind
    wifi_mbps: int
    lamp: str = Field(description="What its Internet lamp is called on the case")


class StreetList(BaseModel):
    """A part of the streets."""

    total: int = Field(description="How many there are in all")
    items: list[StreetItem]


class ModelList(BaseModel):
    """A part of the models."""

    total: int = Field(description="How many there are in all")
    items: list[ModelItem]


def knowledge_routes() -> APIRouter:
    """Routes over the dictionaries."""
    router = APIRouter(tags=["knowledge"])

    @router.get("/dictionaries/streets")
    async def find_streets(q: _Text = "", city: str | None = None, limit: _Limit = 50) -> StreetList:
        """Streets by words of their names."""
        if city is not None and city not in streets.CITIES:
            raise HTTPException(404, "no such city")
        total, found = streets.search(q, city, limit)
        return StreetList(total=total, items=[StreetItem(**asdict(street)) for street in found])

    @router.get("/dictionaries/equipment")
    async def find_models(q: _Text = "", limit: _Limit = 50) -> ModelList:
        """Models by words of their names or codes."""
        total, found = models.search(q, limit)
        return ModelList(total=total, items=[ModelItem(**asdict(model)) for model in found])

    @router.get("/dictionaries/equipment/{code}", responses={404: {"description": "There is no such model"}})
    async def model(code: str) -> ModelItem:
        """One model."""
        for each in models.models():
            if each.code == code:
                return ModelItem(**asdict(each))
        raise HTTPException(404, "no such model")

    return router
