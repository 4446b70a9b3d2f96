"""Organisations by the million as credit-list has learnt them, and listings of some of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from operator import mul
from uuid import UUID

import asyncpg

from benchmarks.masses import CHUNK, counties, without_indexes
from liandong.values import credit_code

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LEARNT = datetime(2026, 1, 5, tzinfo=UTC)
_COLUMNS = (
    "organization_id", "kind", "status", "name", "credit_code", "district", "learned_from",
    "learned_at", "known_since",
)  # fmt: skip
# Every tenth organisation was listed once; of four listings one has ended.
_LISTINGS = """
    INSERT INTO listing
        (id, version, created_at, updated_at, organization_id, district, list, status, trigger,
         trigger_text, legal_basis, rule_set, measures, measure_texts, listed_on, listed_by,
         term_started_on, exit_not_before, delisted_on, delisted_by, delist_reason, delist_note)
    SELECT gen_random_uuid(), 1, now(), now(), organization_id, district,
           CASE WHEN n % 2 = 0 THEN 'abnormal' ELSE 'serious' END,
           CASE WHEN n % 4 = 3 THEN 'delisted' ELSE 'listed' END,
           'fine-50000', '受到5万元以上罚款处罚', '社会组织信用信息管理办法第十五条第（四）项',
           'credit-list.listings@100000/2018-order-60', '["bar-bids", "hold-payments"]',
           '["限制参加投标", "暂停拨付未付款项"]', '2024-01-05', 'officer', '2024-01-05',
           '2026-01-05', CASE WHEN n % 4 = 3 THEN DATE '2025-06-01' END,
           CASE WHEN n % 4 = 3 THEN 'officer' END, CASE WHEN n % 4 = 3 THEN 'repaired' END,
           CASE WHEN n % 4 = 3 THEN '已整改' END
    FROM (SELECT organization_id, district, row_number() OVER (ORDER BY organization_id) AS n
          FROM known_organization
          WHERE hashtext(credit_code) % 10 = 0) AS chosen
"""
_GROUNDS = """
    INSERT INTO listing_ground
        (listing_id, number, trigger, trigger_text, legal_basis, rule_set, decided_by, decided_on,
         recorded_at)
    SELECT id, 1, trigger, trigger_text, legal_basis, rule_set, listed_by, listed_on, now()
    FROM listing
"""


def code(number: int, district: str = "340103") -> str:
    """The code of an invented organisation, with both check signs; quicker than ``make``."""
    signs = ""
    for _ in range(6):
        number, sign = divmod(number, 31)
        signs = SIGNS[sign] + signs
    subject = credit_code.SYNTHETIC_PREFIX + signs
    total = sum(map(mul, (int(sign, 36) for sign in subject), _SUBJECT_WEIGHTS))
    head = f"52{district}{subject}{'0X987654321'[total % 11]}"
    return head + SIGNS[-sum(map(mul, map(SIGNS.index, head), _WEIGHTS)) % 31]


def organizations(count: int, places: list[str]) -> Iterator[tuple[object, ...]]:
    """They lie as a register lies that was taken over district by district."""
    for number in range(count):
        place = places[number * len(places) // count]
        made = UUID(int=(1_600_000_000_000 + number) << 80 | 0x7 << 76 | 0b10 << 62 | number)
        yield (
            made, "service_institution", "active", f"示例社会工作服务中心{number}",
            code(number, place), place, "benchmark", _LEARNT, date(2026, 1, 5),
        )  # fmt: skip


def codes(count: int) -> list[str]:
    """The codes of all of them, in order."""
    places = [one for one, _ in counties()]
    return [code(number, places[number * len(places) // count]) for number in range(count)]


async def fill(connection: asyncpg.Connection, count: int) -> tuple[int, int]:
    """How many organisations and listings there are then."""
    await connection.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1GB'")
    many = count > CHUNK
    indexes = await without_indexes(connection, "known_organization") if many else []
    places = [one for one, _ in counties()]
    await connection.copy_records_to_table(
        "known_organization", columns=_COLUMNS, records=organizations(count, places), timeout=1800
    )
    for statement in indexes:
        await connection.execute(statement, timeout=1800)
    await connection.execute(_LISTINGS, timeout=1800)
    await connection.execute(_GROUNDS, timeout=1800)
    for table in ("known_organization", "listing", "listing_ground"):
        await connection.execute(f"VACUUM ANALYZE {table}", timeout=1800)
    listings = await connection.fetchval("SELECT count(*) FROM listing")
    return count, int(listings)
