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
    "association": "{协会,商会,学会,联合会,促进会}",
    "service_institution": "{服务中心,发展中心,养老院,培训学校,幼儿园}",
    "foundation": "{慈善基金会,教育基金会,公益基金会}",
    "community_group": "{互助会,服务队,志愿队,文艺队,调解会}",
}
_INSERT = """
    INSERT INTO organization
        (id, version, created_at, updated_at, kind, status, name, name_bigrams, credit_code,
         filing_number, district, address, service_field, is_community, is_hub, nature,
         community_class, management, direct_class, charity_status, charity_since,
         party_organization, registered_on, certificate_until, legal_representative, phone)
    SELECT id, 1, now(), now(), $1::text, 'active', name,
           ARRAY(SELECT DISTINCT substr(name, i, 2) FROM generate_series(1, length(name) - 1) AS i),
           CASE WHEN $1::text <> 'community_group' THEN '5' || lpad(n::text, 17, '0') END,
           CASE WHEN $1::text = 'community_group' THEN 'BA-' || lpad(n::text, 17, '0') END,
           place, '示例路一号', field, $2, $3, $4::text, $5::text, $6::text, $7::text, $8::text,
           CASE WHEN $8::text IS NOT NULL THEN day END, $9::text, day,
           CASE WHEN $1::text <> 'community_group' THEN day + 9000 + (chance % 1500)::int END,
           $10::text, $11::text
    FROM (
        SELECT n, chance, place,
               DATE '2000-01-01' + (chance / 7 % 9500)::int AS day,
               fields[1 + chance / 11 % array_length(fields, 1)] AS field,
               (lpad(to_hex(1600000000000 + n), 12, '0') || '7'
                || substr(md5('a' || n), 1, 3) || '8' || substr(md5('b' || n), 1, 15))::uuid AS id,
               town || trades[1 + chance / 13 % array_length(trades, 1)]
               || CASE WHEN chance / 17 % 400000 < 3
                       THEN rare[1 + chance / 17 % 400000]
                       WHEN chance / 17 % 60 = 7
                       THEN middling[1 + chance / 19 % array_length(middling, 1)]
                       ELSE fields[1 + chance / 11 % array_length(fields, 1)] END
               || forms[1 + chance / 23 % array_length(forms, 1)] AS name
        FROM (
            SELECT n, hashint8(n)::bigint + 2147483648 AS chance,
                   ($12::text[])[1 + at] AS place, ($13::text[])[1 + at] AS town
            FROM generate_series($15::bigint, $17::bigint) AS n, LATERAL (
                SELECT (n - $14::bigint) * cardinality($12::text[]) / $16::bigint AS at
            ) AS placed) AS numbered,
        (VALUES ('{阳光,和谐,爱心,同心,春晖,康乐,幸福,长青,明德,启航,金秋,博爱,新风,暖流}'::text[],
                 '{社区养老,社会工作,儿童关爱,文化艺术,体育健身,环境保护,邻里,志愿,法律援助,科普}'
                     ::text[],
                 $18::text[], $19::text[], $20::text[]))
            AS words (trades, fields, forms, rare, middling)) AS made
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
    codes, towns = zip(*(places or counties()), strict=True)
    await connection.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1GB'")
    many = sum(one.number for one in sorts) > CHUNK
    indexes = await _without_indexes(connection) if many else []
    for sort in sorts:
        for start in range(0, sort.number, CHUNK):
            end = min(start + CHUNK, sort.number)
            await connection.execute(
                _INSERT, sort.kind, sort.is_community, sort.is_hub, sort.nature,
                sort.community_class, sort.management, sort.direct_class, sort.charity_status,
                sort.party_organization, person[0], person[1], list(codes), list(towns), first,
                first + start, sort.number, first + end - 1, _forms(sort.kind), list(RARE),
                list(MIDDLING),
            )  # fmt: skip
        first += sort.number
    for statement in indexes:
        await connection.execute(statement)


def counties() -> list[tuple[str, str]]:
    """Counties with what names begin with there."""
    tree = districts()
    cities = [city for province in tree.children(ROOT) for city in tree.children(province.code)]
    found = [one for city in cities for one in tree.children(city.code)]
    return [(one.code, one.name) for one in found]


def _forms(kind: str) -> list[str]:
    return _FORMS[kind].strip("{}").split(",")


async def _without_indexes(connection: asyncpg.Connection) -> list[str]:
    """Drops the indexes that no constraint needs; gives what makes them again."""
    rows = await connection.fetch(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition"
        " FROM pg_index WHERE indrelid = 'organization'::regclass AND NOT indisunique"
    )
    for row in rows:
        await connection.execute(f"DROP INDEX {row['name']}")
    return [row["definition"] for row in rows]
