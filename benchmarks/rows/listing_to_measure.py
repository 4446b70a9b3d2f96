"""From the commit of a listing in credit-list until its measures are applied in both services that
must act at once: supply-demand bars the bids, funding holds the payments.

The workers of the three services, whole, as processes of their own with Kafka between them, under
200 listings a second of other organisations. Applied is a measure when the transaction is
committed that keeps it in force and has told so (``obeyed_listing``); the later of the two counts.
The floor is produce, fetch and one commit by hand.
"""

from benchmarks import events as news
from benchmarks import passing
from benchmarks.floors.tables import copy_shape
from benchmarks.processes import connect, running
from benchmarks.report import Row, at_most, within
from benchmarks.servers import Stage
from liandong.settings import SERVICES

NAME = "listing-to-measure"
GOAL = 2.0

_CALM = 20
"""Listings a second when the consumers have time to spare; still more than a country decides."""
_PREFIX = "measure."
_FLOOR_PREFIX = "measure-floor."
"""Its messages are no events of the platform: nobody but the floor may read them."""
_MEASURES = {"supply-demand": "bar-bids", "funding": "hold-payments"}


async def run(stage: Stage) -> list[Row]:
    bootstrap = await stage.topics(_PREFIX)
    await stage.topics(_FLOOR_PREFIX)
    credit_list = await stage.database("credit-list")
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": _PREFIX,
    }
    urls = {service: await stage.database(service) for service in _MEASURES}
    for service, url in urls.items():
        await _prepare(url, _MEASURES[service])
    programs = [stage.service("credit-list", "worker", credit_list, **settings)]
    programs += [stage.service(one, "worker", url, **settings) for one, url in urls.items()]
    count = round(stage.seconds(10, least=1) * passing.RATE)
    ours: list[float] = []
    floors: list[float] = []
    outbox = news.Outbox(credit_list, f"{_PREFIX}liandong.credit-list")
    told_to = list(urls.values())
    with running(*programs):
        await passing.timed(outbox, told_to, 8)  # until the consumers have their partitions
        for turn in range(stage.rounds):
            ours += (await passing.timed(outbox, told_to, count)).values()
            told = (bootstrap, f"{_FLOOR_PREFIX}liandong.{SERVICES[turn]}")
            numbers = (str(count), str(passing.RATE), str(passing.MEASURED))
            floors += await stage.tool("benchmarks.floors.pass_on", *told, *numbers, told_to[0])
        calm = list((await passing.timed(outbox, told_to, max(80, count // 10), _CALM)).values())
    detail = f"{len(ours)} listings at {passing.RATE} events/s; the later of two services"
    base, half = passing.at(floors, 0.99), passing.at(floors, 0.5)
    return [
        at_most(NAME, passing.at(ours, 0.99), "ms p99", base, GOAL, detail),
        at_most(f"{NAME}/p50", passing.at(ours, 0.5), "ms p50", half, None),
        within(f"{NAME}/calm-p99", passing.at(calm, 0.99), "ms p99", None, f"{_CALM} events/s"),
    ]


async def _prepare(url: str, measure: str) -> None:
    connection = await connect(url)
    try:
        if measure == "bar-bids":
            await copy_shape(connection, "public.learned_listing")
        await connection.execute(
            passing.telling("obeyed_listing", "NEW.id", f"NEW.told::jsonb ? '{measure}'")
        )
    finally:
        await connection.close()
