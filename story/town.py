"""The people of the story and the small things that several of its acts need."""

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from liandong.clock import CHINA
from liandong.values.money import yuan
from story.stage import HEFEI, Person, Record, Stage, wait_until

DATA = Path(__file__).parent.parent / "scenarios" / "hefei-2019"


def china(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


@dataclass
class Town:
    """Hefei's officials, the clock, and what is asked of the services again and again."""

    stage: Stage
    record: Record = field(default_factory=Record)
    now: datetime = field(default_factory=lambda: china(2019, 9, 16))
    bidder: dict[str, Any] = field(init=False)
    """The organisation whose fate the story tells."""

    def __post_init__(self) -> None:
        def person(subject: str, role: str, **given: Any) -> Person:
            return Person(self.stage, subject, role, **given)

        self.clerk = person("clerk-wang", "clerk")
        self.approver = person("approver-li", "approver")
        self.second_approver = person("approver-zhao", "approver")
        self.finance = person("finance-qian", "finance")
        self.second_finance = person("finance-sun", "finance")
        self.buyer = person("buyer-zhou", "buyer")
        self.community = person("community-wu", "community", district="340103")
        self.values = self.record.values

    def move_to(self, when: datetime) -> None:
        self.now = when
        self.stage.set_clock(when)

    def _as(self, organization: dict[str, Any]) -> Person:
        return Person(
            self.stage,
            f"org-{organization['id'][-6:]}",
            "organization",
            district=organization["district"],
            organization_id=organization["id"],
        )

    def _after(self, day: str) -> datetime:
        """Nine o'clock on the day after."""
        year, month, date = map(int, day.split("-"))
        return china(year, month, date) + timedelta(days=1)

    async def _import(self, person: Person, service: str, kind: str, file: str) -> dict[str, Any]:
        """Imports a file; once more while rows wait for what another service has not learnt."""

        async def attempt() -> dict[str, Any] | None:
            content = (DATA / file).read_bytes()
            job = await person.post(service, f"/v1/imports/{kind}", files={"file": (file, content)})

            async def finished() -> dict[str, Any] | None:
                found = await person.get(service, f"/v1/imports/{job['id']}")
                return found if found["status"] == "done" else None

            found = await wait_until(self.stage, finished, f"{file} is imported", 120)
            return None if found["rejected"] else found

        return await wait_until(self.stage, attempt, f"every row of {file} is accepted", 120)

    async def _all(
        self, person: Person, service: str, path: str, **filters: Any
    ) -> list[dict[str, Any]]:
        """Everything of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            given = {"limit": 200, **filters} | ({"cursor": cursor} if cursor else {})
            page = await person.get(service, path, params=given)
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    async def _sum(self, programmes: tuple[str, ...], expected: int) -> int:
        """Waits until the entitlements have come in; the sum that funding has then."""

        async def look() -> int | None:
            found = await self.finance.get(
                "funding",
                "/v1/entitlements/summary",
                params={"programme": list(programmes), "district": HEFEI},
            )
            return found["sum_fen"] if found["sum_fen"] >= expected else None

        return await wait_until(self.stage, look, f"entitlements of {'/'.join(programmes)}", 120)

    async def _organization(self, code: str) -> dict[str, Any]:
        return await self.clerk.get("registry", f"/v1/organizations/by-credit-code/{code}")

    async def _budget_of_awards(self, fen: int) -> None:
        """Of the awards for grades in 2019, approved by a second officer."""
        budget = await self.finance.post(
            "funding",
            "/v1/budgets",
            json={
                "district": HEFEI,
                "programme": "F12",
                "year": 2019,
                "funding_source": "finance",
                "amount_fen": fen,
            },
        )
        await self.second_finance.step("funding", f"/v1/budgets/{budget['id']}/approve", budget)

    async def _propose_awards(self) -> int:
        """How many payments of awards were proposed."""
        proposed = await self.finance.post(
            "funding", "/v1/payments/propose", json={"programme": "F12", "district": HEFEI}
        )
        return proposed["proposed"]

    async def _payment(self, organization_id: str) -> dict[str, Any]:
        page = await self.finance.get(
            "funding", "/v1/payments", params={"organization_id": organization_id}
        )
        return next(one for one in page["items"] if one["programme"] == "F12")

    async def _make(self, payment: dict[str, Any]) -> dict[str, Any]:
        return await self.second_finance.call(
            "POST",
            "funding",
            f"/v1/payments/{payment['id']}/make",
            version=payment["version"],
            key=f"make-{payment['id']}",
            json={"bank_reference": f"示例回单-{payment['id'][-6:]}"},
        )

    async def _tender(self, title: str, **given: Any) -> dict[str, Any]:
        body = {
            "title": title,
            "method": "open",
            "budget_fen": yuan(100_000),
            "closes_at": (self.now + timedelta(days=45)).isoformat(),
            "term_months": 12,
        }
        tender = await self.buyer.post("supply-demand", "/v1/tenders", json=body | given)
        return await self.buyer.step("supply-demand", f"/v1/tenders/{tender['id']}/publish", tender)

    async def _bid(self, organization: dict[str, Any], tender: dict[str, Any]) -> dict[str, Any]:
        return await self._as(organization).post(
            "supply-demand",
            f"/v1/tenders/{tender['id']}/bids",
            json={"amount_fen": yuan(90_000), "plan": "服务方案"},
        )

    async def _noticed(self, organization: dict[str, Any], number: str) -> dict[str, Any]:
        """A case for the serious list whose notice is served; ``number`` tells its papers apart."""
        case = await self.clerk.post(
            "credit-list",
            "/v1/cases",
            json={
                "organization_id": organization["id"],
                "list": "serious",
                "trigger": "fine-50000",
                "facts": "受到罚款六万元的行政处罚，处罚决定已经生效。",
                "evidence": [f"合民罚决字〔2019〕第{number}号"],
            },
        )
        address = f"/v1/cases/{case['id']}"
        case = await self.clerk.step(
            "credit-list",
            f"{address}/notice-draft",
            case,
            document_number=f"合民信告〔2019〕{number}号",
        )
        return await self.clerk.step(
            "credit-list",
            f"{address}/notice",
            case,
            method="mail",
            served_on=self.now.date().isoformat(),
            proof=f"邮件回执 示例-{number}",
        )

    async def _decidable(self, case: dict[str, Any]) -> dict[str, Any]:
        """The case on the day after the window for statements, when its end is recorded."""
        self.move_to(self._after(case["window_ends_on"]))

        async def look() -> dict[str, Any] | None:
            found = await self.approver.get("credit-list", f"/v1/cases/{case['id']}")
            return found if found["status"] == "window_elapsed" else None

        return await wait_until(self.stage, look, "the end of the defence window is recorded")

    async def _list(self, case: dict[str, Any], number: str) -> dict[str, Any]:
        """The decision of a second officer."""
        return await self.approver.step(
            "credit-list",
            f"/v1/cases/{case['id']}/decide",
            case,
            outcome="list",
            reasons="事实清楚，期满未提出陈述申辩。",
            decision_document=f"合民信决〔2019〕{number}号",
        )

    async def _closed(self, tender_id: str) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            tender = await self.buyer.get("supply-demand", f"/v1/tenders/{tender_id}")
            return tender if tender["status"] == "closed" else None

        return await wait_until(self.stage, look, "the tender closes at its time")

    async def _eligibility(self) -> dict[str, Any]:
        return await self._as(self.bidder).get(
            "supply-demand", f"/v1/eligibility/{self.bidder['id']}"
        )

    async def _on_board(self, name: str) -> bool:
        page = await self.stage.client("credit-list").get(
            f"/v1/boards/{name}", params={"district": HEFEI}
        )
        return any(one["organization_id"] == self.bidder["id"] for one in page.json()["items"])


def graded(grade: str, index: int) -> str:
    """The credit code of the nth organisation with the grade in the scenario's file."""
    with (DATA / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["评估等级"] == grade]
    return rows[index]["统一社会信用代码"]
