"""The one statement of a check: position of the events, organisations and listings of one instant.

Each number is looked up for itself by an index; whatever the planner thinks of ten thousand, it
cannot make a scan of millions of it.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from credit_list.checks.domain import Found, Listed, Sort
from liandong.db.reads import ReadPool

_COLUMNS: Final = {
    Sort.CREDIT_CODE: "credit_code = a.code",
    Sort.FILING_NUMBER: "filing_number = a.code",
    Sort.ORGANIZATION: "organization_id = a.code::uuid",
}
_HEAD: Final = """
    SELECT -1 AS at, (SELECT coalesce(max(position), 0) FROM backbone.event_feed)::text AS id,
           NULL AS status, NULL::date AS known_since, NULL AS listing_id, NULL AS list,
           NULL AS trigger, NULL AS listed_on, NULL AS exit_not_before, NULL AS measures,
           NULL AS rule_set, NULL AS decided_rule_set, NULL::date AS decided_on, NULL AS reason,
           NULL AS district
"""
_ORGANIZATIONS: Final = """
    SELECT a.at, o.id, o.status, o.known_since, l.*
    FROM unnest(${codes}::text[], ${places}::int[]) AS a (code, at)
    CROSS JOIN LATERAL (
        SELECT organization_id, organization_id::text AS id, status, known_since
        FROM known_organization WHERE {column} ORDER BY learned_at DESC LIMIT 1) AS o
    LEFT JOIN LATERAL ({listings}) AS l ON true
"""
_CURRENT: Final = """
    SELECT id::text AS listing_id, list, trigger, listed_on::text, exit_not_before::text,
           measures::text, rule_set, rule_set AS decided_rule_set, NULL::date AS decided_on,
           NULL AS reason, district
    FROM listing WHERE organization_id = o.organization_id AND status = 'listed' OFFSET 0
"""
# A day ends with whoever was listed on it on the list, and with whoever left on it off the list.
_ON_DAY: Final = """
    SELECT l.id::text AS listing_id, l.list, g.trigger, l.listed_on::text,
           CASE WHEN g.decided_on = l.term_started_on THEN l.exit_not_before END::text
               AS exit_not_before,
           l.measures::text, l.rule_set, g.rule_set AS decided_rule_set, g.decided_on,
           l.delist_reason AS reason, l.district
    FROM listing AS l
    CROSS JOIN LATERAL (
        SELECT trigger, rule_set, decided_on FROM listing_ground
        WHERE listing_id = l.id AND decided_on <= $1 ORDER BY number DESC LIMIT 1) AS g
    WHERE l.organization_id = o.organization_id AND l.listed_on <= $1
      AND (l.delisted_on IS NULL OR l.delisted_on > $1) OFFSET 0
"""


class Entry(NamedTuple):
    """A listing with what a question about a past day decides upon."""

    listed: Listed
    reason: str | None
    """Why it was ended since."""
    decided_rule_set: str
    decided_on: date | None
    rule_set: str
    district: str


class Known(NamedTuple):
    organization_id: str
    status: str
    known_since: date | None
    entries: Sequence[Entry]

    def present(self) -> Found:
        lists = [one.listed for one in self.entries]
        return Found(self.organization_id, self.status, lists)


@lru_cache(maxsize=20)
def _statement(sorts: tuple[Sort, ...], *, on_day: bool) -> str:
    parts = [_HEAD]
    argument = 2 if on_day else 1
    for sort in sorts:
        parts.append(
            _ORGANIZATIONS.format(
                codes=argument,
                places=argument + 1,
                column=_COLUMNS[sort],
                listings=_ON_DAY if on_day else _CURRENT,
            ).replace("${", "$")
        )
        argument += 2
    return " UNION ALL ".join(parts)


async def look_up(
    pool: ReadPool, wanted: Mapping[tuple[Sort, str], int], day: date | None = None
) -> tuple[int, dict[int, Known]]:
    """The position of the last event that the answer is sure to contain, and what is known at
    each place. Both are of one snapshot."""
    by_sort: dict[Sort, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    for (sort, code), place in wanted.items():
        codes, places = by_sort[sort]
        codes.append(code)
        places.append(place)
    sorts = tuple(sorted(by_sort))
    arguments: list[Any] = [] if day is None else [day]
    for sort in sorts:
        arguments += by_sort[sort]
    sql = _statement(sorts, on_day=day is not None and bool(sorts))
    head, *rows = await pool.rows(sql, *(arguments if sorts else []))
    found: dict[int, Known] = {}
    for row in rows:
        place, listing_id = row[0], row[4]
        if listing_id is None:
            found[place] = Known(row[1], row[2], row[3], ())
        elif place in found:
            known = found[place]
            entries = sorted((*known.entries, _entry(row)), key=lambda one: one.listed.listing_id)
            found[place] = known._replace(entries=entries)
        else:
            found[place] = Known(row[1], row[2], row[3], (_entry(row),))
    return int(head[1]), found


def _entry(row: Any) -> Entry:
    listed = Listed(
        listing_id=row[4],
        list=row[5],
        trigger=row[6],
        listed_on=row[7],
        exit_not_before=row[8],
        measures=json.loads(row[9]),
        rule_set=row[11],
    )
    return Entry(listed, row[13], row[11], row[12], row[10], row[14])
