"""A day in a request is written out: ``0`` is not the first of January 1970, anywhere."""

from collections.abc import Iterator
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from liandong.contracts.definitions import definition_of
from liandong.settings import SERVICES
from liandong.testing.services import start
from liandong.values.days import IsoDay
from tests.authorisation.routes import routes_of

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
_WRITTEN_OUT = get_args(IsoDay)[1]


def _plain(annotation: Any, metadata: Any, place: str, seen: set[Any]) -> Iterator[str]:
    """The places below the annotation where any number or text that pydantic knows is a day."""
    if annotation is date:
        if _WRITTEN_OUT not in metadata:
            yield place
    elif get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from _plain(inner, [*metadata, *more], place, seen)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for name, field in annotation.model_fields.items():
                where = f"{annotation.__module__}.{annotation.__qualname__}.{name}"
                yield from _plain(field.annotation, field.metadata, where, seen)
    elif get_origin(annotation) in (Union, UnionType, list, dict, tuple, set, frozenset):
        # What stands on a list is not said of its items; what stands on a union is.
        kept = metadata if get_origin(annotation) in (Union, UnionType) else []
        for one in get_args(annotation):
            yield from _plain(one, kept, place, seen)


def _asked(dependant: Dependant) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield from _asked(one)
    yield from dependant.path_params
    yield from dependant.query_params
    yield from dependant.body_params


def _places(app: FastAPI) -> set[str]:
    seen: set[Any] = set()
    return {
        place
        for key, (route, _) in routes_of(app).items()
        if isinstance(route, APIRoute)
        for one in _asked(route.dependant)
        for place in _plain(
            one.field_info.annotation, one.field_info.metadata, f"{key} {one.name}", seen
        )
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_no_request_takes_a_number_for_a_day(service: str) -> None:
    running = start(definition_of(service), NOWHERE)
    try:
        assert _places(running.app) == set()
    finally:
        await running.close()


def test_a_plain_day_would_be_found() -> None:
    class Inner(BaseModel):
        on: date | None
        written: IsoDay | None = None
        days: list[date]

    class Asked(BaseModel):
        inner: list[Inner]

    found = {one.rpartition(".")[2] for one in _plain(Asked, [], "here", set())}
    assert found == {"on", "days"}
