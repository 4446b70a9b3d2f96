"""Events as the platform writes them: listings, their envelopes, and full outboxes."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg

from benchmarks.processes import connect
from credit_list.listings.events import OrganizationDelisted, OrganizationListed
from credit_list.listings.states import LISTING_STATES
from liandong.db.unit_of_work import shard_of
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.events.states import SUFFIX
from liandong.ids import uuid7

DISTRICT = "340103"
MEASURES = ["bar-bids", "hold-payments", "no-honours", "review-grade"]
_DAY = date(2026, 3, 2)

_FILL = """
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
         occurred_at)
    SELECT gen_random_uuid(), k.shard, r.topic, r.aggregate, k.key, r.type, $6,
           jsonb_set($7::jsonb, '{partitionkey}', to_jsonb(k.key))
               || jsonb_build_object('id', gen_random_uuid(), 'type', r.type,
                                     'subject', one.subject, 'sequence', one.n::text),
           $8, clock_timestamp()
    FROM (SELECT n, gen_random_uuid() AS subject FROM generate_series(1, $9::bigint) AS n) AS one
    JOIN unnest($1::text[], $2::smallint[]) WITH ORDINALITY AS k (key, shard, at)
      ON k.at = 1 + one.n % cardinality($1::text[])
    CROSS JOIN unnest($3::text[], $4::text[], $5::text[])
      WITH ORDINALITY AS r (topic, aggregate, type, place)
    ORDER BY one.n, r.place
"""
_ADD = """
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
         occurred_at)
    VALUES ($1, $2, $3, 'listing', $4, $5, $6, $7, $8, clock_timestamp())
"""


@dataclass(frozen=True)
class Outbox:
    """The outbox of one service's database, written to as its commands do."""

    url: str
    topic: str

    async def fill(
        self, count: int, *, payload_bytes: int = 600, keys: int = 2000, states: bool = False
    ) -> None:
        """Puts ``count`` events of many organisations into the outbox in one transaction;
        ``states``: each behind the latest state of an aggregate of its own, as commands write."""
        names = [str(uuid7()) for _ in range(min(keys, count))]
        sample = envelope(listed(uuid7()))
        payload = sample.payload[:-1]
        payload += b',"note":"' + b"x" * (payload_bytes - len(payload) - 11) + b'"}'
        connection = await connect(self.url)
        try:
            await connection.execute("SET statement_timeout = 0")
            rows = [(self.topic, "listing", sample.type)]
            if states:
                rows.insert(0, (self.topic + SUFFIX, "state", LISTING_STATES.state.type))
            columns = [list(column) for column in zip(*rows, strict=True)]
            await connection.execute(
                _FILL, names, [shard_of(name) for name in names], *columns, DISTRICT,
                json.dumps(sample.attributes()), payload, count, timeout=300,
            )  # fmt: skip
        finally:
            await connection.close()

    async def add(self, connection: asyncpg.Connection, event: Event) -> None:
        """Commits one event."""
        one = envelope(event)
        await connection.execute(
            _ADD, one.id, shard_of(one.key), self.topic, one.key, one.type, one.district,
            json.dumps(one.attributes()), one.payload,
        )  # fmt: skip

    async def is_empty(self) -> bool:
        connection = await connect(self.url)
        try:
            return not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM backbone.outbox)")
        finally:
            await connection.close()


def listed(organization_id: UUID, kind: str = "serious") -> OrganizationListed:
    return OrganizationListed(
        listing_id=uuid7(),
        organization_id=organization_id,
        district=DISTRICT,
        list=kind,
        trigger="penalty-revocation",
        listed_on=_DAY,
        exit_not_before=date(2028, 3, 2),
        measures=MEASURES if kind == "serious" else ["limit-bids"],
        rule_set="credit-list.listings/100000/2026-order-36",
    )


def delisted(listing: OrganizationListed) -> OrganizationDelisted:
    return OrganizationDelisted(
        listing_id=listing.listing_id,
        organization_id=listing.organization_id,
        district=DISTRICT,
        list=listing.list,
        reason="repaired",
        delisted_on=_DAY,
    )


def history(organizations: Sequence[UUID], count: int, *, batch: int) -> list[Event]:
    """A life of the credit list: four of five events list somebody, the fifth ends a listing of
    an earlier batch; shuffled within each batch, the same in every run."""
    choose = random.Random(count)
    open_before: list[OrganizationListed] = []
    events: list[Event] = []
    while len(events) < count:
        ending = [open_before.pop(choose.randrange(len(open_before)))
                  for _ in range(min(batch // 5, len(open_before)))]  # fmt: skip
        new = [listed(choose.choice(organizations)) for _ in range(batch - len(ending))]
        together = [*new, *map(delisted, ending)]
        choose.shuffle(together)
        open_before += new
        events += together
    return events[:count]


def envelope(event: Event, sequence: int = 1) -> Envelope:
    return Envelope(
        id=uuid7(),
        source=f"/liandong/{event.service()}",
        type=event.type,
        subject=str(event.subject),
        time=datetime.now(UTC),
        key=event.key,
        sequence=sequence,
        dataschema=event.dataschema(),
        payload=event.model_dump_json().encode(),
        district=event.district_code,
    )


def envelopes(events: Iterable[Event]) -> list[Envelope]:
    """As :func:`envelope`; the end of a listing is its second version."""
    return [envelope(one, 2 if isinstance(one, OrganizationDelisted) else 1) for one in events]
