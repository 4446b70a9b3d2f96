"""文号: serial numbers per authority and year, without gaps and without doubles."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field
from sqlalchemy.dialects.postgresql import insert

from liandong.db.unit_of_work import UnitOfWork
from registry.supervision.models import DocumentSerial

_EXAMPLE: Final = {"authority": "340103", "year": 2026, "serial": 1}


def _complete(template: str) -> str:
    try:
        template.format(**_EXAMPLE)
    except (KeyError, IndexError, ValueError, AttributeError):
        raise ValueError("文号格式只能使用 {authority}、{year}、{serial}") from None
    missing = [name for name in _EXAMPLE if f"{{{name}}}" not in template]
    if missing:
        raise ValueError(f"文号格式缺少 {{{missing[0]}}}，不同机关或年度的文号会重复")
    return template


NumberTemplate = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_complete)]


async def next_number(uow: UnitOfWork, series: str, authority: str, template: str) -> str:
    """The next number of this year. Two decisions at once wait for each other; a decision that
    is not committed leaves no gap."""
    year = uow.today.year
    table = DocumentSerial
    statement = (
        insert(table)
        .values(series=series, authority=authority, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[table.series, table.authority, table.year],
            set_={"last": table.last + 1},
        )
        .returning(table.last)
    )
    serial = (await uow.session.execute(statement)).scalar_one()
    return template.format(authority=authority, year=year, serial=serial)
