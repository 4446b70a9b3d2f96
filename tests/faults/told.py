"""The count for real services: what feeds and topics tell, and what the others have handled."""

from collections import Counter, defaultdict

from liandong.testing.fleet import Fleet
from liandong.testing.tally import Tally, Topic, fed, records
from tests.faults.rollout import Crowd


async def tally_of_services(fleet: Fleet) -> Tally:
    """Of all services of the fleet together. ``effects`` are events that a group has handled; what
    a service has published is what its feed has, which its own transactions wrote."""
    found = Tally()
    for name, url in fleet.databases.items():
        feed = await fed(url)
        found += _compared(feed, feed)
        found += Tally(committed=len(feed), published=len(feed))
        if fleet.transport == "kafka":
            prefix = fleet.settings["topic_prefix"]
            topic = Topic(fleet.settings["kafka_bootstrap_servers"], f"{prefix}liandong.{name}")
            sent = await records(topic)
            first_seen = list(dict.fromkeys(sent))
            found += _compared(feed, first_seen)
            found += Tally(resent=len(sent) - len(first_seen))
        handled = await fleet.fetch(name, "SELECT count(*) FROM backbone.inbox")
        found += Tally(effects=handled[0][0])
    return found + Tally(lost=len(await fleet.unhandled()))


def _compared(
    wanted: list[tuple[str, tuple[str, int]]], seen: list[tuple[str, tuple[str, int]]]
) -> Tally:
    """By the events' ids; an aggregate's versions never go back."""
    counts = Counter(one for one, _ in seen)
    latest: dict[str, int] = defaultdict(int)
    inverted = 0
    for _, (subject, sequence) in seen:
        inverted += sequence < latest[subject]
        latest[subject] = max(latest[subject], sequence)
    known = {one for one, _ in wanted}
    return Tally(
        lost=len(known - set(counts)),
        duplicated=sum(counts.values()) - len(counts) + len(set(counts) - known),
        inverted=inverted,
    )


async def arrived(fleet: Fleet, crowd: Crowd) -> None:
    """What people were told is there, where it was told and where it was to be learnt."""
    organizations = len(crowd.organizations) + len(crowd.bidders)
    for service, query, wanted in (
        ("registry", "SELECT count(*) FROM organization", organizations),
        ("credit-list", "SELECT count(*) FROM known_organization", organizations),
        ("supply-demand", "SELECT count(*) FROM learned_organization", organizations),
        ("supply-demand", "SELECT count(*) FROM bid", len(crowd.bids)),
    ):
        assert (await fleet.fetch(service, query))[0][0] == wanted, (service, query)
