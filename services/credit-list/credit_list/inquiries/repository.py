"""The query of public inquiries. It reads listings and nothing else: of cases, leads, records and
of what is no longer published it cannot tell, since it never looks."""

from datetime import date
from typing import Any, Final

from credit_list.checks.domain import Sort
from liandong.db.reads import ReadPool

_PUBLISHED: Final = """
    SELECT o.name AS organization_name, o.credit_code, o.filing_number, l.list, l.trigger_text,
           l.legal_basis, l.listed_on, l.exit_not_before, l.publication_ends_on, l.valid_until
    FROM known_organization AS o JOIN listing AS l ON l.organization_id = o.organization_id
    WHERE {condition} AND l.status = 'listed'
      AND (l.publication_ends_on IS NULL OR l.publication_ends_on >= $1)
    ORDER BY l.listed_on, l.list
"""
_CODE: Final = {
    Sort.CREDIT_CODE: _PUBLISHED.format(condition="o.credit_code = $2"),
    Sort.FILING_NUMBER: _PUBLISHED.format(condition="o.filing_number = $2"),
}
_NAME: Final = _PUBLISHED.format(condition="o.name = $2 AND starts_with(o.district, $3)")


async def by_code(pool: ReadPool, sort: Sort, code: str, today: date) -> list[dict[str, Any]]:
    return [dict(row) for row in await pool.rows(_CODE[sort], today, code)]


async def by_name(pool: ReadPool, name: str, area: str, today: date) -> list[dict[str, Any]]:
    """``area`` is the string prefix of a district's subtree."""
    return [dict(row) for row in await pool.rows(_NAME, today, name, area)]
