"""What must be true after every step, and when every service has learnt everything."""

from collections import Counter

from hypothesis.stateful import initialize, invariant

from liandong.audit.log import seal, verify
from liandong.events.letters import list_letters
from tests.stateful.domain.base import DEFINITIONS
from tests.stateful.domain.market import MarketRules
from tests.stateful.domain.model import READERS
from tests.stateful.domain.money import MoneyRules


class Domain(MarketRules, MoneyRules):
    """credit-list, supply-demand and funding against a model in plain lists."""

    @initialize()
    def be_in_the_middle_of_it(self) -> None:
        """A case against one of three bidders, whose payments are approved."""
        self.accuse(0, bars=True)
        self.publish_a_tender(days=10)
        for number in range(3):
            self.bid(0, number, over=0)
            self.propose(number)
            self.approve(0)

    @invariant()
    def every_service_is_where_the_model_is(self) -> None:
        self.run(self._compare())

    async def _compare(self) -> None:
        model = self.model
        rows = await self.ask("supply-demand", "SELECT id, status FROM bid")
        bids = {bid.id: bid.status for tender in model.tenders for bid in tender.bids}
        assert {str(row.id): row.status for row in rows} == bids
        rows = await self.ask("supply-demand", "SELECT id, status FROM tender")
        tenders = {one.id: one.status for one in model.tenders}
        assert {str(row.id): row.status for row in rows} == tenders
        rows = await self.ask("supply-demand", "SELECT bid_id FROM contract")
        assert {str(row.bid_id) for row in rows} == {i for i, s in bids.items() if s == "won"}
        rows = await self.ask("funding", "SELECT id, status FROM payment")
        payments = {one.id: one.shown for one in model.payments}
        assert {str(row.id): row.status for row in rows} == payments
        [line] = await self.ask("funding", "SELECT * FROM budget_line")
        assert (line.committed_fen, line.paid_fen) == (model.committed, model.paid)
        assert line.paid_fen <= line.committed_fen <= line.amount_fen == model.ceiling
        [ledger] = await self.ask("funding", "SELECT sum(amount_fen) AS paid FROM ledger_entry")
        assert (ledger.paid or 0) == model.paid

    async def conclude(self) -> None:
        for reader in READERS:
            while await self.deliver(reader, 3, done=True):
                pass
        await self._compare()
        await self._check_that_everybody_knows()
        before = [await self.told(reader) for reader in READERS]
        for reader in READERS:
            for batch in self.batches[reader]:
                await self.consumer(reader).handle(batch)
        await self._compare()
        assert [await self.told(reader) for reader in READERS] == before
        await self._check_what_was_published()
        await self._check_the_mechanism()

    async def _check_that_everybody_knows(self) -> None:
        """Said once more without the model: what the listings mean in the other services."""
        rows = await self.ask(
            "credit-list",
            "SELECT organization_id FROM listing WHERE status = 'listed'"
            " AND CAST(measures AS text) LIKE '%bar-bids%'",
        )
        barred = {row.organization_id for row in rows}
        assert barred == {one for one in self.model.organizations if self.model.barred(one)}
        query = "SELECT organization_id FROM bid WHERE status = 'submitted'"
        assert not {row[0] for row in await self.ask("supply-demand", query)} & barred
        query = "SELECT organization_id FROM payment WHERE status IN ('proposed', 'approved')"
        assert not {row[0] for row in await self.ask("funding", query)} & barred
        by_hand = {one.organization for one in self.model.payments if "manual" in one.reasons}
        query = "SELECT organization_id FROM payment WHERE status = 'held'"
        assert {row[0] for row in await self.ask("funding", query)} <= barred | by_hand

    async def _check_what_was_published(self) -> None:
        """Every decision once, in the feed of the service that took it."""
        facts: Counter[str] = Counter()
        for service in self.services.values():
            for event in await service.published():
                facts[".".join(event["type"].split(".")[3:])] += 1
        model = self.model
        bids = Counter(bid.status for tender in model.tenders for bid in tender.bids)
        assert facts["bid.submitted"] == bids.total()
        assert facts["bid.disqualified"] == bids["disqualified"]
        assert facts["contract.awarded"] == bids["won"]
        assert facts["payment.made"] == sum(one.status == "made" for one in model.payments)
        assert facts["entitlement.created"] == len(model.entitlements)
        listed = Counter(one.fact for one in model.news)
        assert facts["organization.listed"] == listed["listed"]
        assert facts["organization.delisted"] == listed["delisted"]

    async def _check_the_mechanism(self) -> None:
        for name in DEFINITIONS:
            service = self.services[name]
            assert not await list_letters(service.runtime.work)
            for table in ("outbox", "held_key", "consumer_run"):
                assert not await self.ask(name, f"SELECT 1 FROM backbone.{table}")
            while await seal(service.runtime.worker_engine, name):
                pass
            assert (await verify(service.runtime.worker_engine)).ok
