"""From the commit of a blacklisting in credit-list until supply-demand refuses the organisation.

The worker of credit-list and supply-demand, whole, run as processes of their own, with Kafka
between them, under 200 listings a second of other organisations. A listing counts as obeyed when
the transaction of supply-demand that bars the organisation is committed: a trigger on its
projection, for the measured listings alone, tells so by NOTIFY, which PostgreSQL delivers at the
commit. That the endpoint of eligibility then refuses is checked for the last one of each round.
"""

import json
import urllib.request
from uuid import UUID

from benchmarks import events as news
from benchmarks import passing
from benchmarks.floors.tables import copy_shape
from benchmarks.processes import HOST, connect, running
from benchmarks.report import Row, at_most
from benchmarks.servers import Stage
from liandong.embedded.program import Program
from liandong.settings import SERVICES

NAME = "blacklisting-to-refusal"
GOAL = 2.0
_PREFIX = "refusal."
_FLOOR_PREFIX = "refusal-floor."
"""Its messages are no events of the platform: nobody but the floor may read them."""
_TELL = passing.telling("learned_listing", "NEW.listing_id", "NEW.list = 'serious'")


async def run(stage: Stage) -> list[Row]:
    bootstrap = await stage.topics(_PREFIX)
    await stage.topics(_FLOOR_PREFIX)
    credit_list = await stage.database("credit-list")
    supply_demand = await stage.database("supply-demand")
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": _PREFIX,
    }
    relay = stage.service("credit-list", "worker", credit_list, **settings)
    reader = stage.service("supply-demand", "all", supply_demand, **settings)
    count = round(stage.seconds(10, least=1) * passing.RATE)
    ours: list[float] = []
    floors: list[float] = []
    outbox = news.Outbox(credit_list, f"{_PREFIX}liandong.credit-list")
    await _prepare(supply_demand)
    with running(relay, reader):
        await passing.timed(outbox, [supply_demand], 8)  # until the consumer has its partitions
        for turn in range(stage.rounds):
            barred = await passing.timed(outbox, [supply_demand], count)
            ours += barred.values()
            _assert_refused(stage, reader, list(barred)[-1])
            told = (bootstrap, f"{_FLOOR_PREFIX}liandong.{SERVICES[turn]}")
            numbers = (str(count), str(passing.RATE), str(passing.MEASURED))
            floors += await stage.tool("benchmarks.floors.pass_on", *told, *numbers, supply_demand)
    base = passing.at(floors, 0.99)
    half, half_base = passing.at(ours, 0.5), passing.at(floors, 0.5)
    detail = f"{len(ours)} blacklistings at {passing.RATE} events/s; seen by NOTIFY at the commit"
    return [
        at_most(NAME, passing.at(ours, 0.99), "ms p99", base, GOAL, detail),
        at_most(f"{NAME}/p50", half, "ms p50", half_base, None),
    ]


async def _prepare(url: str) -> None:
    connection = await connect(url)
    try:
        await copy_shape(connection, "public.learned_listing")
        await connection.execute(_TELL)
    finally:
        await connection.close()


def _assert_refused(stage: Stage, service: Program, organization_id: UUID) -> None:
    asked = urllib.request.Request(
        f"http://{HOST}:{service.port}/v1/eligibility/{organization_id}",
        headers={"Authorization": stage.bearer("buyer-1", "buyer")},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        rules = {rule["code"]: rule["passed"] for rule in json.load(answer)["rules"]}
    assert rules["not-on-serious-list"] is False, "the organisation is not barred"
