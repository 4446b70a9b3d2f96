"""The one statement of a check: position of the events, organisations and listings of one instant.

Each number is looked up for itself by an index; whatever the planner thinks of ten thousand, it
cannot make a scan of millions of it.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from credit_list.checks.domain import Found, Listed, Sort
from liandong.db.reads import ReadPool

_COLUMNS: Final = {
    Sort.CREDIT_CODE: "credit_code = a.code",
    Sort.FILING_NUMBER: "filing_number = a.code",
    Sort.ORGANIZATION: "organization_id = a.code::uuid",
}
_HEAD: Final = """
    SELECT -1::bigint AS at,
           (SELECT coalesce(max(position), 0) FROM backbone.event_feed)::text AS id,
           NULL AS status, NULL::float8 AS learnt, NULL::date AS known_since, NULL AS entry
"""
_ORGANIZATIONS: Final = """
    SELECT a.at, o.id, o.status, o.learnt, {since} AS known_since, l.entry
    FROM (SELECT code, number + $%d::int AS at
          FROM unnest(string_to_array($%d::text, ',')) WITH ORDINALITY AS given (code, number)) AS a
    CROSS JOIN LATERAL (
        SELECT organization_id, organization_id::text AS id, status, known_since,
               date_part('epoch', learned_at) AS learnt
        FROM known_organization WHERE {column} OFFSET 0) AS o
    LEFT JOIN LATERAL ({listings}) AS l ON true
"""
_CURRENT: Final = """
    SELECT json_build_object(
               'listing_id', id, 'list', list, 'trigger', trigger, 'listed_on', listed_on,
               'exit_not_before', exit_not_before, 'measures', measures, 'rule_set', rule_set
           )::text AS entry
    FROM listing WHERE organization_id = o.organization_id AND status = 'listed' OFFSET 0
"""
# A day ends with whoever was listed on it on the list, and with whoever left on it off the list.
_ON_DAY: Final = """
    SELECT json_build_object(
               'listing_id', l.id, 'list', l.list, 'trigger', g.trigger,
               'listed_on', l.listed_on, 'exit_not_before',
               CASE WHEN g.decided_on = l.term_started_on THEN l.exit_not_before END,
               'measures', l.measures, 'rule_set', g.rule_set, 'reason', l.delist_reason,
               'latest_rule_set', l.rule_set, 'decided_on', g.decided_on, 'district', l.district
           )::text AS entry
    FROM listing AS l
    CROSS JOIN LATERAL (
        SELECT trigger, rule_set, decided_on FROM listing_ground
        WHERE listing_id = l.id AND decided_on <= $1
          AND (corrected_on IS NULL OR l.delist_reason = 'corrected')
        ORDER BY number DESC LIMIT 1) AS g
    WHERE l.organization_id = o.organization_id AND l.listed_on <= $1
      AND (l.delisted_on IS NULL OR l.delisted_on > $1)
      AND NOT EXISTS (SELECT FROM listing AS again WHERE again.stands_for = l.id) OFFSET 0
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
    learnt: float = 0.0

    def present(self) -> Found:
        lists = [one.listed for one in self.entries]
        return Found(self.organization_id, self.status, lists)


# Of thousands most are active and on no list: of them three columns are told instead of a row each.
_MANY: Final = """
    WITH found (at, id, status, learnt, known_since, entry) AS MATERIALIZED ({found})
    SELECT -1::bigint AS at, (SELECT id FROM ({head}) AS head) AS id, NULL AS status,
           NULL::float8 AS learnt, NULL::date AS known_since, NULL AS entry,
           array_agg(at) AS places, array_agg(id) AS ids
    FROM found WHERE {blank}
    UNION ALL
    SELECT found.*, NULL, NULL FROM found WHERE NOT ({blank})
"""
_BLANK: Final = "entry IS NULL AND status = 'active'"


@lru_cache(maxsize=20)
def _statement(sorts: tuple[Sort, ...], *, on_day: bool) -> str:
    return " UNION ALL ".join([_HEAD, *_parts(sorts, on_day=on_day)])


@lru_cache(maxsize=20)
def _statement_of_many(sorts: tuple[Sort, ...]) -> str:
    found = " UNION ALL ".join(_parts(sorts, on_day=False))
    return _MANY.format(found=found, head=_HEAD, blank=_BLANK)


def _parts(sorts: tuple[Sort, ...], *, on_day: bool) -> list[str]:
    parts: list[str] = []
    argument = 2 if on_day else 1
    for sort in sorts:
        part = _ORGANIZATIONS.format(
            since="o.known_since" if on_day else "NULL::date",
            column=_COLUMNS[sort],
            listings=_ON_DAY if on_day else _CURRENT,
        )
        parts.append(part % (argument, argument + 1))
        argument += 2
    return parts


async def look_up(
    pool: ReadPool, wanted: Iterable[tuple[Sort, str, int]], day: date | None = None
) -> tuple[int, dict[int, Known]]:
    """The position of the last event that the answer is sure to contain, and what is known at
    each place, of numbers that differ. Both are of one snapshot."""
    sorts, arguments, places = _asked(wanted)
    on_day = day is not None and bool(sorts)
    given = [day, *arguments] if on_day else arguments
    head, *rows = await pool.rows(_statement(sorts, on_day=on_day), *given)
    return int(head[1]), _found(rows, places)


async def look_up_many(
    pool: ReadPool, wanted: Iterable[tuple[Sort, str, int]]
) -> tuple[int, dict[int, str], dict[int, Known]]:
    """As :func:`look_up`, of now: the ids of those that are active and on no list, and all that
    is known of the others."""
    asked = list(wanted)
    sorts, arguments, places = _asked(asked)
    if not sorts:
        position, known = await look_up(pool, [])
        return position, {}, known
    head, *rows = await pool.rows(_statement_of_many(sorts), *arguments)
    ids: list[str] = head["ids"] or []
    blank = dict(zip([places[at] for at in head["places"] or ()], ids, strict=True))
    others = {places[row["at"]] for row in rows}
    if len(blank) < len(ids) or not others.isdisjoint(blank):  # a number that two bear
        position, known = await look_up(pool, asked)
        return position, {}, known
    return int(head["id"]), blank, _found(rows, places)


def _asked(
    wanted: Iterable[tuple[Sort, str, int]],
) -> tuple[tuple[Sort, ...], list[Any], list[int]]:
    """Sorts, arguments of the statement, and where its numbers stand in the question."""
    # Neighbours in the index are looked up together; one text is told quicker than ten thousand.
    ordered = sorted(wanted)
    places = [place for _, _, place in ordered]
    sorts: list[Sort] = []
    arguments: list[Any] = []
    before = 0
    for sort, some in groupby(ordered, key=itemgetter(0)):
        codes = [code for _, code, _ in some]
        sorts.append(sort)
        arguments += [before - 1, ",".join(codes)]  # the first has the number one
        before += len(codes)
    return tuple(sorts), arguments, places


def _found(rows: Iterable[Any], places: Sequence[int]) -> dict[int, Known]:
    found: dict[int, Known] = {}
    for at, organization_id, status, learnt, since, entry, *_ in rows:
        place = places[at]
        known = found.get(place)
        if known is None or (known.organization_id != organization_id and learnt > known.learnt):
            entries = () if entry is None else (_entry(entry),)
            found[place] = Known(organization_id, status, since, entries, learnt)
        elif known.organization_id == organization_id:
            entries = sorted((*known.entries, _entry(entry)), key=lambda one: one.listed.listing_id)
            found[place] = known._replace(entries=entries)
    return found


def _entry(text: str) -> Entry:
    told = json.loads(text)
    listed = Listed(*(told[name] for name in Listed._fields))
    decided_on = told.get("decided_on")
    return Entry(
        listed,
        reason=told.get("reason"),
        decided_rule_set=listed.rule_set,
        decided_on=None if decided_on is None else date.fromisoformat(decided_on),
        rule_set=told.get("latest_rule_set", listed.rule_set),
        district=told.get("district", ""),
    )
