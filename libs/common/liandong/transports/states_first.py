"""A publisher that tells the latest states before the events that led to them (ADR 15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from liandong.events.states import SUFFIX, restated
from liandong.metrics import STATES_TOLD
from liandong.transports.base import Outgoing, Publisher, PublishReport

_NOTHING = PublishReport(frozenset(), {})


@dataclass
class StatesFirst:
    """Wraps the publisher of the events. Of several states of an aggregate in one batch only the
    last is told. An event whose state was not taken waits, and what is behind it of its key."""

    inner: Publisher

    async def start(self) -> None:
        await self.inner.start()

    async def stop(self) -> None:
        await self.inner.stop()

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        latest = self._latest(messages)
        if not latest:
            return await self.inner.publish(messages)
        first = await self.inner.publish([state for state, _ in latest.values()])
        if first.accepted:
            STATES_TOLD.labels(_service(messages)).inc(len(first.accepted))
        untold = {
            seq
            for state, seqs in latest.values()
            if state.seq not in first.accepted
            for seq in seqs
        }
        events = [one for one in _before(messages, untold) if not one.topic.endswith(SUFFIX)]
        then = await self.inner.publish(events) if events else _NOTHING
        refused = first.refused | then.refused
        gone = [one.seq for one in messages if one.topic.endswith(SUFFIX)]
        missed = {one.seq for one in messages} - then.accepted - ({*gone} - untold)
        accepted = frozenset(one.seq for one in _before(messages, missed))
        return PublishReport(accepted, refused)

    def _latest(self, messages: Sequence[Outgoing]) -> dict[str, tuple[Outgoing, list[int]]]:
        """By the key of the record: the last state in the batch, and the messages it stands for."""
        found: dict[str, tuple[Outgoing, list[int]]] = {}
        for one in messages:
            if one.topic.endswith(SUFFIX):
                state = restated(one)
                _, seqs = found.get(state.key, (state, []))
                found[state.key] = (state, [*seqs, one.seq])
        return found


def _service(messages: Sequence[Outgoing]) -> str:
    """Whose states they are: topics are named after the service that owns them."""
    return messages[0].topic.removesuffix(SUFFIX).rpartition(".")[2]


def _before(messages: Sequence[Outgoing], stuck: set[int]) -> list[Outgoing]:
    """Of each key what is before its first stuck message."""
    keys: set[str] = set()
    found: list[Outgoing] = []
    for one in messages:
        if one.seq in stuck:
            keys.add(one.key)
        elif one.key not in keys:
            found.append(one)
    return found
