"""What the topics of latest states cost the relay: the same drain without them is the floor."""

from benchmarks.report import Row, at_least, median, spread
from benchmarks.rows.relay_to_kafka import drained
from benchmarks.servers import Stage
from liandong.transports.topics import PARTITIONS, ensure_topics, state_topic_names

NAME = "relay-with-states"
GOAL = 0.75


async def run(stage: Stage) -> list[Row]:
    """Every event is of an aggregate of its own, so every event has a state to be told."""
    count = stage.count(100_000, least=500)
    rates: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(stage.rounds):
        for told in rates if turn % 2 == 0 else reversed(rates):
            prefix = f"states-{turn}-{told}.".lower()
            bootstrap = await stage.topics(prefix)
            await ensure_topics(bootstrap, state_topic_names(["credit-list"], prefix), PARTITIONS)
            rates[told].append(await drained(stage, bootstrap, prefix, count, states=told))
    detail = f"{count:,} events, each with a state; {spread(rates[True], rates[False])}"
    return [
        at_least(NAME, median(rates[True]), "events/s", median(rates[False]), GOAL, detail),
    ]
