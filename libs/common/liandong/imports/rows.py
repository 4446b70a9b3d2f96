"""From the cells of a row to the kind's model, and from a refusal to words about the row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from liandong.imports.kinds import ImportKind
from liandong.problems import FieldError, Problem
from liandong.sentences import sentence
from liandong.values.districts import ROOT


@dataclass(eq=False)
class Rejection(Exception):
    """Why a row was not imported; ``errors`` name the sheet's headings."""

    reason: str
    errors: list[dict[str, str]] = field(default_factory=list)


def row_of(kind: ImportKind, cells: Mapping[str, str], district: str = ROOT) -> BaseModel:
    """The row as its model; raises :class:`Rejection`. A blank cell is a value not given.

    ``district`` is that of whoever handed the file in.
    """
    given = {name: cells[heading] for heading, name in kind.columns.items() if heading in cells}
    try:
        return kind.row.model_validate(given, context={"district": district})
    except ValidationError as error:
        headings = _headings(kind)
        errors = [_field_error(one, headings) for one in error.errors(include_url=False)]
        raise Rejection(_sentence(errors), [one.as_dict() for one in errors]) from None


def rejection(kind: ImportKind, problem: Problem) -> Rejection:
    """The refusal of a command, with the sheet's headings for the names of its fields."""
    headings = _headings(kind)
    errors = [
        FieldError(_renamed(one.pointer, headings), one.code, one.message) for one in problem.errors
    ]
    return Rejection(problem.detail or problem.title, [one.as_dict() for one in errors])


def _renamed(pointer: str, headings: Mapping[str, str]) -> str:
    heading = headings.get(pointer.removeprefix("/"))
    return pointer_to(heading) if heading else pointer


def _headings(kind: ImportKind) -> dict[str, str]:
    return {name: heading for heading, name in kind.columns.items()}


def _field_error(error: ErrorDetails, headings: Mapping[str, str]) -> FieldError:
    name = str(error["loc"][0]) if error["loc"] else ""
    code = error["type"].replace("_", "-")
    return FieldError(pointer_to(headings.get(name, name)), code, sentence(error))


def pointer_to(heading: str) -> str:
    """JSON pointer of a heading, as in the errors of a rejected row."""
    return "/" + heading.replace("~", "~0").replace("/", "~1") if heading else ""


def _sentence(errors: list[FieldError]) -> str:
    parts = []
    for one in errors:
        heading = one.pointer[1:].replace("~1", "/").replace("~0", "~")
        parts.append(f"{heading}：{one.message}" if heading else one.message)
    return "；".join(parts)
