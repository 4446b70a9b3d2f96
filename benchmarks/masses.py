"""Organisations by the million, made inside the database; the same ones at every run.

They lie as a register lies that was taken over district by district: everything of one place is
together. Names are made of a place, a trade name, a field and a form, so that some pairs of signs
are in every second name and others in a handful.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from liandong.values.districts import ROOT, districts

CHUNK = 250_000
COMMON = ("协会", "服务中心", "社区", "互助")
RARE = ("鲲鹏徽骆", "麒麟书院", "竹马青梅")
"""Each in one name of 400,000."""
MIDDLING = ("龙舟", "皮影", "剪纸", "评弹", "舞狮")
"""Each in one name of a few hundred."""


@dataclass(frozen=True)
class Sort:
    """So many organisations that are alike but for name, place and day."""

    number: int
    kind: str
    is_community: bool = False
    nature: str | None = None
    community_class: str | None = None
    management: str | None = None
    direct_class: str | None = None
    charity_status: str | None = None
    party_organization: str | None = None
    is_hub: bool = False


def country(number: int) -> list[Sort]:
    """A quarter registered, three quarters filed, as the country has them."""
    few = max(1, number // 400)
    shares = [
        Sort(number * 9 // 100, "association", direct_class="trade", party_organization="own"),
        Sort(number * 5 // 100, "service_institution", True, "service", "life_service"),
        Sort(number * 10 // 100, "service_institution", party_organization="instructor"),
        Sort(few, "foundation", charity_status="registered", direct_class="charity"),
        Sort(few, "association", True, is_hub=True, party_organization="joint"),
        Sort(number * 30 // 100, "community_group", True, "mutual_aid", "mediation", "community"),
        Sort(number * 25 // 100, "community_group", True, "charity", "charity", "street"),
    ]
    rest = number - sum(one.number for one in shares)
    last = Sort(rest, "community_group", True, "service", "culture_sports", "community")
    return [one for one in (*shares, last) if one.number > 0]


_FORMS = {
    "association": ("协会", "商会", "学会", "联合会", "促进会"),
    "service_institution": ("服务中心", "发展中心", "养老院", "培训学校", "幼儿园"),
    "foundation": ("慈善基金会", "教育基金会", "公益基金会"),
    "community_group": ("互助会", "服务队", "志愿队", "文艺队", "调解会"),
}
_TRADES = (
    "阳光", "和谐", "爱心", "同心", "春晖", "康乐", "幸福", "长青", "明德", "启航", "金秋", "博爱",
    "新风", "暖流",
)  # fmt: skip
_FIELDS = (
    "社区养老", "社会工作", "儿童关爱", "文化艺术", "体育健身", "环境保护", "邻里", "志愿",
    "法律援助", "科普",
)  # fmt: skip
_PAIRS = "ARRAY(SELECT DISTINCT substr(part, i, 2) FROM generate_series(1, length(part) - 1) AS i)"
# Names are put together of two halves whose pairs of signs are known: to take each of millions of
# names apart would be half of the work.
_FRONTS = f"""
    CREATE TEMP TABLE front AS
    SELECT at, trade, place, part, {_PAIRS} AS pairs, right(part, 1) AS last
    FROM (SELECT at - 1 AS at, trade - 1 AS trade, place, town || name AS part
          FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS places (place, town, at),
               unnest($3::text[]) WITH ORDINALITY AS trades (name, trade)) AS made
"""
_BACKS = f"""
    CREATE TEMP TABLE back AS
    SELECT kind, middle, form, part, {_PAIRS} AS pairs, left(part, 1) AS first
    FROM (SELECT kind, middle - 1 AS middle, form - 1 AS form, word || ending AS part
          FROM unnest($1::text[]) WITH ORDINALITY AS middles (word, middle),
               (SELECT kind, ending, row_number() OVER (PARTITION BY kind) AS form
                FROM unnest($2::text[], $3::text[]) AS told (kind, ending)) AS forms) AS made
"""
_INSERT = """
    INSERT INTO organization
        (id, version, created_at, updated_at, kind, status, name, name_bigrams, credit_code,
         filing_number, district, address, service_field, is_community, is_hub, nature,
         community_class, management, direct_class, charity_status, charity_since,
         party_organization, registered_on, certificate_until, legal_representative, phone)
    SELECT (lpad(to_hex(1600000000000 + n), 12, '0') || '7' || substr(mixed, 1, 3) || '8'
            || substr(mixed, 4, 15))::uuid,
           1, now(), now(), $1::text, 'active', front.part || back.part,
           front.pairs || (front.last || back.first) || back.pairs,
           CASE WHEN $1::text <> 'community_group' THEN '5' || lpad(n::text, 17, '0') END,
           CASE WHEN $1::text = 'community_group' THEN 'BA-' || lpad(n::text, 17, '0') END,
           front.place, '示例路一号', ($17::text[])[1 + field], $2, $3, $4::text, $5::text,
           $6::text, $7::text, $8::text, CASE WHEN $8::text IS NOT NULL THEN day END, $9::text,
           day,
           CASE WHEN $1::text <> 'community_group' THEN day + 9000 + (chance % 1500)::int END,
           $10::text, $11::text
    FROM (
        SELECT n, chance, md5(n::text) AS mixed, chance / 11 % $18::int AS field,
               DATE '2000-01-01' + (chance / 7 % 9500)::int AS day,
               (n - $12::bigint) * $15::bigint / $16::bigint AS at,
               chance / 13 % $19::int AS trade,
               CASE WHEN chance / 17 % 400000 < $20::int THEN $18::int + chance / 17 % 400000
                    WHEN chance / 17 % 60 = 7 THEN $18::int + $20::int + chance / 19 % $21::int
                    ELSE chance / 11 % $18::int END AS middle,
               chance / 23 % $22::int AS form
        FROM (SELECT n, hashint8(n)::bigint + 2147483648 AS chance
              FROM generate_series($13::bigint, $14::bigint) AS n) AS numbered) AS made
    JOIN front USING (at, trade)
    JOIN back ON back.kind = $1::text AND back.middle = made.middle AND back.form = made.form
"""


async def fill(
    connection: asyncpg.Connection,
    sorts: Sequence[Sort],
    *,
    person: tuple[str, str],
    places: Sequence[tuple[str, str]] = (),
    first: int = 1,
) -> None:
    """Adds the organisations; indexes are made afresh, which is quicker for very many.

    ``person`` is the representative and the telephone of all of them, encrypted; ``places`` are
    codes and names, every county unless told.
    """
    found = places or counties()
    await connection.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1GB'")
    await _words(connection, found)
    many = sum(one.number for one in sorts) > CHUNK
    indexes = await without_indexes(connection, "organization") if many else []
    for sort in sorts:
        for start in range(0, sort.number, CHUNK):
            end = min(start + CHUNK, sort.number)
            await connection.execute(
                _INSERT, sort.kind, sort.is_community, sort.is_hub, sort.nature,
                sort.community_class, sort.management, sort.direct_class, sort.charity_status,
                sort.party_organization, *person, first, first + start, first + end - 1,
                len(found), sort.number, list(_FIELDS), len(_FIELDS), len(_TRADES), len(RARE),
                len(MIDDLING), len(_FORMS[sort.kind]),
            )  # fmt: skip
        first += sort.number
    await connection.execute("DROP TABLE front; DROP TABLE back")
    for statement in indexes:
        await connection.execute(statement)


async def _words(connection: asyncpg.Connection, places: Sequence[tuple[str, str]]) -> None:
    """Both halves of every name, with their pairs of signs."""
    codes, towns = zip(*places, strict=True)
    forms = [(kind, ending) for kind, endings in _FORMS.items() for ending in endings]
    kinds, endings = zip(*forms, strict=True)
    middles = [*_FIELDS, *RARE, *MIDDLING]
    await connection.execute(_FRONTS, list(codes), list(towns), list(_TRADES))
    await connection.execute(_BACKS, middles, list(kinds), list(endings))
    await connection.execute("ANALYZE front; ANALYZE back")


async def without_indexes(connection: asyncpg.Connection, *tables: str) -> list[str]:
    """Drops the indexes, those of constraints as well unless they make ids; gives what makes
    them again: to sort once is quicker than to find a place millions of times."""
    rows = await connection.fetch(
        "SELECT indrelid::regclass::text AS of, indexrelid::regclass::text AS name,"
        " pg_get_indexdef(indexrelid) AS definition, conname AS named,"
        " pg_get_constraintdef(pg_constraint.oid) AS constraint"
        " FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u')"
        " WHERE indrelid = ANY($1::text[]::regclass[]) AND (NOT indisprimary OR indnatts > 1)",
        list(tables),
    )
    again: list[str] = []
    for row in rows:
        if row["named"] is None:
            await connection.execute(f"DROP INDEX {row['name']}")
            again.append(row["definition"])
        else:
            await connection.execute(f"ALTER TABLE {row['of']} DROP CONSTRAINT {row['named']}")
            again.append(
                f"ALTER TABLE {row['of']} ADD CONSTRAINT {row['named']} {row['constraint']}"
            )
    return again


def counties() -> list[tuple[str, str]]:
    """Counties with what names begin with there."""
    tree = districts()
    cities = [city for province in tree.children(ROOT) for city in tree.children(province.code)]
    found = [one for city in cities for one in tree.children(city.code)]
    return [(one.code, one.name) for one in found]
