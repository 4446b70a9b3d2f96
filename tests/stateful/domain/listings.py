"""Rules: cases, decisions, repairs; what the others are told, when, and again."""

from datetime import date, timedelta
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from liandong.clock import CHINA, china_midnight
from liandong.events.relay import SHARD_LOCKS
from liandong.testing.services import eventually
from tests.stateful.domain.base import APPROVER, CLERK, SECOND_APPROVER, World
from tests.stateful.domain.model import READERS, Case, Listing, News

SOME = st.integers(0, 30)
LAST_YEAR = 2024
"""The calendar of working days ends soon after."""
_BODY = {"reasons": "事实清楚，依据充分", "decision_document": "合民〔2019〕8号"}
_TRIGGERS = {True: ("serious", "fine-50000"), False: ("abnormal", "not-contactable")}


def a_case_is_there(self: Any) -> bool:
    return bool(self.model.cases)


def a_listing_is_there(self: Any) -> bool:
    return bool(self.model.listings)


class ListingRules(World):
    @rule(number=SOME, bars=st.sampled_from([True, True, True, False]))
    def accuse(self, number: int, bars: bool) -> None:
        """A case is proposed and its notice served. One at a time for a list."""
        organization = self.organization(number)
        name, trigger = _TRIGGERS[bars]
        body = {
            "organization_id": str(organization),
            "list": name,
            "trigger": trigger,
            "facts": "受到罚款六万元的行政处罚",
            "evidence": ["合民罚决字〔2019〕第1号"],
        }
        answer = self.run(self.call("credit-list", "/v1/cases", CLERK, body))
        same = any((c.organization, c.bars) == (organization, bars) for c in self.model.cases)
        assert answer.status_code == (409 if same else 201), answer.text
        if same:
            return
        case = answer.json()["id"]
        row, path = f"credit_case/{case}", f"/v1/cases/{case}/notice"
        draft = {"document_number": "合民信告〔2019〕1号"}
        drafted = self.run(self.call("credit-list", f"{path}-draft", CLERK, draft, row))
        assert drafted.status_code == 200, drafted.text
        today = self.clock.now().astimezone(CHINA).date().isoformat()
        notice = {"method": "mail", "served_on": today, "proof": "邮件回执"}
        served = self.run(self.call("credit-list", path, CLERK, notice, row))
        assert served.status_code == 200, served.text
        last = date.fromisoformat(served.json()["window_ends_on"])
        decidable_at = china_midnight(last + timedelta(days=1))
        self.model.cases.append(Case(case, organization, bars, decidable_at))

    @precondition(a_case_is_there)
    @rule(number=SOME, outcome=st.sampled_from(["list", "list", "not_list"]))
    def decide(self, number: int, outcome: str) -> None:
        """Refused while the defence window runs; then by a second officer."""
        case = self.model.cases[number % len(self.model.cases)]
        if self.clock.now() < case.decidable_at:
            assert self.run(self._decide(case, outcome)).status_code == 409
            self.clock.set(case.decidable_at + timedelta(hours=9))
        answer = self.run(self._decide(case, outcome))
        assert answer.status_code == 200, answer.text
        self.decided(case, outcome, answer)

    async def _decide(self, case: Case, outcome: str = "list") -> httpx.Response:
        path, row = f"/v1/cases/{case.id}/decide", f"credit_case/{case.id}"
        body = _BODY | {"outcome": outcome}
        return await self.call("credit-list", path, APPROVER, body, row)

    def decided(self, case: Case, outcome: str, answer: httpx.Response) -> None:
        model = self.model
        model.cases.remove(case)
        if outcome != "list":
            return
        listing = answer.json()["listing_id"]
        exit_at = self.later(days=735)
        known = next((one for one in model.listings if one.id == listing), None)
        if known is None:
            model.listings.append(Listing(listing, case.organization, case.bars, exit_at))
        else:
            known.exit_at = exit_at
        model.news.append(News("listed", case.organization, listing, case.bars))

    @precondition(a_listing_is_there)
    @rule(number=SOME, by_time=st.booleans())
    def leave_the_list(self, number: int, by_time: bool) -> None:
        """Repaired after the shortest term, or corrected because it rested on wrong data."""
        listing = self.model.listings[number % len(self.model.listings)]
        if by_time and listing.bars and self.clock.now().year < LAST_YEAR:
            answer = self.run(self._repair(listing))
        else:
            path, row = f"/v1/listings/{listing.id}/correct", f"listing/{listing.id}"
            body = {"reason": "处罚决定已被撤销"}
            answer = self.run(self.call("credit-list", path, SECOND_APPROVER, body, row))
        assert answer.status_code == 200, answer.text
        self.model.listings.remove(listing)
        self.model.news.append(News("delisted", listing.organization, listing.id, listing.bars))

    async def _repair(self, listing: Listing) -> httpx.Response:
        body = {"listing_id": listing.id, "content": "罚款已经缴清", "evidence": ["缴款凭证"]}
        who = self.as_organization(listing.organization)
        applied = await self.call("credit-list", "/v1/repairs", who, body)
        assert applied.status_code == 201, applied.text
        repair = applied.json()["id"]
        path, row = f"/v1/repairs/{repair}", f"repair/{repair}"
        accepted = await self.call("credit-list", f"{path}/accept", CLERK, None, row)
        assert accepted.status_code == 200, accepted.text
        findings = {"obligations_met": True, "findings": "缴款凭证属实"}
        checked = await self.call("credit-list", f"{path}/check", CLERK, findings, row)
        assert checked.status_code == 200, checked.text
        path, grant = f"{path}/decide", _BODY | {"outcome": "grant"}
        if self.clock.now() < listing.exit_at:
            early = await self.call("credit-list", path, SECOND_APPROVER, grant, row)
            assert early.status_code == 409 or self.clock.now() > listing.exit_at - timedelta(9)
            if early.is_success:
                return early
            self.clock.set(listing.exit_at)
        return await self.call("credit-list", path, SECOND_APPROVER, grant, row)

    @rule(days=st.integers(1, 15))
    def pass_days(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))

    @rule(reader=st.sampled_from(READERS), size=st.integers(1, 4), done=st.booleans())
    def deliver_news(self, reader: str, size: int, done: bool) -> None:
        """One page. Not ``done``: the reader ended before it noted how far it was."""
        self.run(self.deliver(reader, size, done))

    async def deliver(self, reader: str, size: int, done: bool) -> bool:
        await self.services["credit-list"].runtime.relay.drain()
        async with self.page(reader, size) as (source, batch):
            if not batch.deliveries:
                return False
            await self.consumer(reader).handle(batch)
            self.batches[reader].append(batch)
            if done:
                await source.done(batch)
        self.model.learn(reader, self.heard(int(batch.deliveries[-1].offset)))
        return True

    @rule(reader=st.sampled_from(READERS), number=SOME)
    def deliver_again(self, reader: str, number: int) -> None:
        """Any page from before: nothing changes and nothing is told."""
        if not self.batches[reader]:
            return
        told = self.run(self.told(reader))
        batch = self.batches[reader][number % len(self.batches[reader])]
        self.run(self.consumer(reader).handle(batch))
        assert self.run(self.told(reader)) == told

    async def told(self, service: str) -> int:
        """How many events the service has ever committed."""
        [row] = await self.ask(
            service,
            "SELECT (SELECT count(*) FROM backbone.outbox)"
            " + (SELECT count(*) FROM backbone.event_feed) AS events",
        )
        return row.events

    @rule(name=st.sampled_from(["credit-list", *READERS]))
    def restart(self, name: str) -> None:
        self.run(self.services[name].close())
        self.start(name)
        self.run(eventually(lambda: self._nobody_owns_shards(name)))

    async def _nobody_owns_shards(self, name: str) -> bool:
        """The server takes a moment to see that the old relay is gone."""
        locks = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid ="
        locks += f" {SHARD_LOCKS} AND database ="
        mine = " (SELECT oid FROM pg_database WHERE datname = current_database())"
        return not await self.ask(name, locks + mine)
