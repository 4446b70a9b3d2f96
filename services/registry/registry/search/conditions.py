"""What an organisation must satisfy, in the words of the database; the values are left open."""

from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY

from liandong.values.districts import subtree_prefix
from registry.learned.models import OrganizationMark
from registry.organizations.domain import bigrams
from registry.search.domain import Criteria, Shape
from registry.search.schemas import LISTED

_EQUAL: Final = ("kind", "direct_class", "nature", "community_class", "service_field")
_TEXTS: Final = ARRAY(Text)
_SIGNS: Final = str.maketrans({"/": "//", "%": "/%", "_": "/_"})


def conditions(c: Any, shape: Shape, *, indexed: bool = True) -> list[ColumnElement[bool]]:
    """Of the columns ``c``, those of the table or of what was looked at; with :func:`values`."""
    used = shape.used
    found: list[ColumnElement[bool]] = []
    if "name" in used:
        if indexed:
            found.append(c.name_bigrams.contains(bindparam("pairs", type_=_TEXTS)))
        found.append(c.name.like(bindparam("part", type_=Text), escape="/"))
    if "number" in used:
        number = bindparam("number", type_=Text)
        found.append(or_(c.credit_code == number, c.filing_number == number))
    if "district" in used:
        found.append(c.district.like(bindparam("below", type_=Text)))
    if "statuses" in used:
        anyone = func.any(bindparam("statuses", type_=_TEXTS))
        found.append(type_coerce(c.status, Text) == anyone)
    for name in _EQUAL:
        if name in used:
            found.append(type_coerce(c[name], Text) == bindparam(name, type_=Text))
    # As words, not as values: the indexes of the few that are such hold only those.
    for name in ("is_community", "is_hub"):
        if (wanted := getattr(shape, name)) is not None:
            found.append(c[name] if wanted else ~c[name])
    if shape.is_charity is not None:
        none = c.charity_status.is_(None)
        found.append(~none if shape.is_charity else none)
    return found + _days(c, used) + _marks(c, shape, indexed=indexed)


def values(criteria: Criteria, today: date) -> dict[str, Any]:
    """What the conditions compare with."""
    found: dict[str, Any] = {
        name: getattr(criteria, name)
        for name in ("number", "registered_from", "registered_to", "certificate_until")
    }
    for name in _EQUAL:
        wanted = getattr(criteria, name)
        found[name] = None if wanted is None else str(wanted)
    prefix = subtree_prefix(criteria.district) if criteria.district else ""
    return found | {
        "pairs": bigrams(criteria.name),
        "part": f"%{criteria.name.translate(_SIGNS)}%",
        "below": f"{prefix}%",
        "statuses": [one.value for one in criteria.statuses],
        "grades": [one.value for one in criteria.grades],
        "today": today,
    }


def _days(c: Any, used: frozenset[str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if "registered_from" in used:
        found.append(c.registered_on >= bindparam("registered_from", type_=Date))
    if "registered_to" in used:
        found.append(c.registered_on <= bindparam("registered_to", type_=Date))
    if "certificate_until" in used:
        found.append(c.certificate_until <= bindparam("certificate_until", type_=Date))
    return found


def _marks(c: Any, shape: Shape, *, indexed: bool) -> list[ColumnElement[bool]]:
    mark = OrganizationMark
    wanted: list[ColumnElement[bool]] = [getattr(mark, LISTED[name]) for name in shape.lists]
    if shape.used & {"grade", "grade_at_least"}:
        wanted.append(mark.grade == func.any(bindparam("grades", type_=_TEXTS)))
        until = mark.grade_valid_until
        wanted.append(or_(until.is_(None), until >= bindparam("today", type_=Date)))
    if not wanted:
        return []
    if indexed:
        return [c.id.in_(select(mark.organization_id).where(*wanted))]
    # A value, not a condition of its own: it must be looked up for each organisation in turn,
    # and not be made a join that loses the order.
    value = select(func.coalesce(and_(*wanted), false())).where(mark.organization_id == c.id)
    return [value.scalar_subquery().is_(True)]
