"""Hefei 2019. The numbers are those of the city's report; whom they concern is synthetic."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from liandong.values.money import yuan
from story.stage import HEFEI, StoryFailed, wait_until
from story.town import Town, graded

SITE_AWARDS = yuan(45_600_000)
GRADE_AWARDS = yuan(2_140_000)


class Hefei(Town):
    """Plays the story act by act; ``record.values`` holds what was seen."""

    async def play(self) -> dict[str, Any]:
        """The whole story; the values that the demonstration prints and the tests compare."""
        for act in (
            self.register,
            self.recognise_sites,
            self.award_grades,
            self.prepare_payments,
            self.list_red,
            self.meet_at_the_fair,
            self.open_tenders,
            self.blacklist,
            self.find_everything_barred,
            self.award_to_another,
            self.repair,
        ):
            await act()
        self.values["ok"] = True
        return self.values

    # 1. the register

    async def register(self) -> None:
        self.move_to(self.now)
        started = time.perf_counter()
        found = await self._import(self.clerk, "registry", "organizations", "organizations.xlsx")
        again = await self._import(self.clerk, "registry", "organizations", "organizations.csv")
        self.values["organizations"] = found["created"] + found["unchanged"]
        self.values["organizations_added_by_second_import"] = again["created"]
        hubs = len(await self._all(self.clerk, "registry", "/v1/organizations", is_hub=True))
        self.values["hubs"] = hubs
        number = self.values["organizations"]
        self.record.note(self.now, f"导入社会组织 {number} 家，其中枢纽型 {hubs} 家", started)

    async def recognise_sites(self) -> None:
        started = time.perf_counter()
        found = await self._import(self.approver, "supply-demand", "sites", "sites.csv")
        self.values["sites"] = found["created"] + found["unchanged"]
        self.values["site_entitlements_fen"] = await self._sum(("F1", "F2", "F3"), SITE_AWARDS)
        self.record.note(self.now, "认定服务站点 402 个，形成应享 45,600,000 元", started)

    async def award_grades(self) -> None:
        started = time.perf_counter()
        found = await self._import(self.approver, "evaluation", "grades", "grades.csv")
        self.values["grades"] = found["created"] + found["unchanged"]
        self.values["grade_awards_fen"] = await self._sum(("F12",), GRADE_AWARDS)
        self.record.note(self.now, "确认评估等级 73 家，形成等级奖励 2,140,000 元", started)

    # 2. money and honour of the organisation in question

    async def prepare_payments(self) -> None:
        started = time.perf_counter()
        self.bidder = await self._organization(graded("5A", 0))
        self.rival = await self._organization(graded("4A", 0))
        self.third = await self._organization(graded("4A", 1))
        await self._budget_of_awards(GRADE_AWARDS)
        proposed = self.values["payments_proposed"] = await self._propose_awards()
        paid = 0
        for organization in (self.bidder, self.rival, self.third):
            payment = await self._payment(organization["id"])
            payment = await self.approver.step(
                "funding", f"/v1/payments/{payment['id']}/approve", payment
            )
            if organization is self.third:
                payment = await self._make(payment)
                paid += payment["amount_fen"]
        self.values["paid_fen"] = paid
        self.record.note(self.now, f"等级奖励拟拨 {proposed} 笔，已拨 1 笔", started)

    async def list_red(self) -> None:
        started = time.perf_counter()
        proposal = await self.clerk.post(
            "credit-list",
            "/v1/red-list-proposals",
            json={"organization_id": self.bidder["id"], "reasons": "评估等级高，服务质量好"},
        )
        address = f"/v1/red-list-proposals/{proposal['id']}"
        proposal = await self.clerk.step("credit-list", f"{address}/publicise", proposal)
        self.move_to(self._after(proposal["publicity_ends_on"]))
        proposal = await self.approver.get("credit-list", address)
        await self.approver.step(
            "credit-list", f"{address}/confirm", proposal, reasons="公示无异议"
        )
        if not await self._on_board("red"):
            raise StoryFailed("the red listing is not on the public board")
        self.record.note(self.now, f"{self.bidder['name']} 列入守信红名单", started)

    # 3. the market

    async def meet_at_the_fair(self) -> None:
        started = time.perf_counter()
        deadline = (self.now + timedelta(days=120)).date().isoformat()
        demand = await self.community.post(
            "supply-demand",
            "/v1/demands",
            json={
                "title": "社区居家养老服务",
                "service_class": "elderly-care",
                "beneficiary_group": "elderly",
                "headcount": 120,
                "district": "340103",
                "budget_fen": yuan(100_000),
                "deadline": deadline,
            },
        )
        self.demand = await self.community.step(
            "supply-demand", f"/v1/demands/{demand['id']}/publish", demand
        )
        offer = await self._as(self.bidder).post(
            "supply-demand",
            "/v1/offers",
            json={
                "title": "居家养老上门服务",
                "service_class": "elderly-care",
                "districts": [HEFEI],
                "capacity": 200,
            },
        )
        offer = await self._as(self.bidder).step(
            "supply-demand", f"/v1/offers/{offer['id']}/publish", offer
        )
        fair = await self.clerk.post(
            "supply-demand",
            "/v1/fairs",
            json={
                "title": "合肥市社区服务供需对接会",
                "district": HEFEI,
                "held_on": self.now.date().isoformat(),
            },
        )
        fair = await self.clerk.step("supply-demand", f"/v1/fairs/{fair['id']}/open", fair)
        suggested = await self.clerk.get("supply-demand", f"/v1/fairs/{fair['id']}/suggestions")
        self.values["suggestions"] = len(suggested["items"])
        match = await self.clerk.post(
            "supply-demand",
            f"/v1/fairs/{fair['id']}/matches",
            json={"demand_id": demand["id"], "offer_id": offer["id"]},
        )
        await self.community.step(
            "supply-demand", f"/v1/fairs/{fair['id']}/matches/{match['id']}/confirm", match
        )
        self.record.note(self.now, "社区需求在对接会上与供给对接", started)

    async def open_tenders(self) -> None:
        started = time.perf_counter()
        self.closes_at = self.now + timedelta(days=45)
        self.tenders = [
            await self._tender("社区居家养老服务采购", demand_id=self.demand["id"]),
            await self._tender("残疾人康复服务采购", district="340103"),
            await self._tender("社区矛盾调解服务采购", district="340104"),
        ]
        self.bids = [await self._bid(self.bidder, tender) for tender in self.tenders]
        self.rival_bid = await self._bid(self.rival, self.tenders[0])
        self.record.note(self.now, f"发布采购项目 3 个，收到投标 {len(self.bids) + 1} 份", started)

    # 4. one decision takes effect everywhere

    async def blacklist(self) -> None:
        started = time.perf_counter()
        case = await self._noticed(self.bidder, "1")
        self.values["defence_window_ends_on"] = case["window_ends_on"]
        await self._refused_before_its_time(case)
        case = await self._decidable(case)
        self.decided_at = time.perf_counter()
        decided = await self._list(case, "1")
        answered = time.perf_counter()
        self.listing_id = decided["listing_id"]
        disqualified, held = await asyncio.gather(self._bids_disqualified(), self._payment_held())
        self.values |= {
            "bids_disqualified": len(self.bids),
            "payments_held": 1,
            "decision_answered_ms": round((answered - self.decided_at) * 1000, 1),
            "listed_to_disqualified_ms": round((disqualified - answered) * 1000, 1),
            "listed_to_held_ms": round((held - answered) * 1000, 1),
        }
        self.record.note(self.now, f"{self.bidder['name']} 列入严重违法失信名单", started)

    async def _refused_before_its_time(self, case: dict[str, Any]) -> None:
        """Nobody decides before the defence window has passed, not even the second officer."""
        await self.approver.call(
            "POST",
            "credit-list",
            f"/v1/cases/{case['id']}/decide",
            expect=409,
            version=case["version"],
            json={"outcome": "list", "reasons": "提前决定", "decision_document": "无"},
        )

    async def _bids_disqualified(self) -> float:
        async def look() -> float | None:
            page = await self._as(self.bidder).get(
                "supply-demand", "/v1/bids", params={"status": "disqualified"}
            )
            found = {bid["id"] for bid in page["items"]}
            done = found >= {bid["id"] for bid in self.bids}
            return time.perf_counter() if done else None

        return await wait_until(self.stage, look, "the open bids are disqualified")

    async def _payment_held(self) -> float:
        async def look() -> float | None:
            payment = await self._payment(self.bidder["id"])
            return time.perf_counter() if payment["status"] == "held" else None

        return await wait_until(self.stage, look, "the unpaid award is held")

    async def find_everything_barred(self) -> None:
        started = time.perf_counter()
        tender = await self._tender("夜间关爱服务采购", district="340103")
        refused = await self._as(self.bidder).call(
            "POST",
            "supply-demand",
            f"/v1/tenders/{tender['id']}/bids",
            expect=409,
            json={"amount_fen": yuan(50_000)},
        )
        self.values["new_bid_refused"] = refused["type"].endswith("not-eligible")
        self.values["new_bid_refusal"] = refused["detail"]
        payment = await self._payment(self.bidder["id"])
        await self.finance.call(
            "POST",
            "funding",
            f"/v1/payments/{payment['id']}/make",
            expect=409,
            version=payment["version"],
            json={"bank_reference": "不应付出"},
        )
        self.values["red_entry_removed"] = not await self._on_board("red")
        self.values["on_serious_board"] = await self._on_board("serious")
        eligibility = await self._eligibility()
        self.values["eligible_while_listed"] = eligibility["eligible"]
        self.record.note(self.now, "新投标被拒绝，拨付被拒绝，红名单记录已移出", started)

    async def award_to_another(self) -> None:
        started = time.perf_counter()
        self.move_to(self.closes_at + timedelta(hours=1))
        tender = await self._closed(self.tenders[0]["id"])
        address = f"/v1/tenders/{tender['id']}/award"
        refused = await self.approver.call(
            "POST",
            "supply-demand",
            address,
            expect=409,
            version=tender["version"],
            json={"bid_id": self.bids[0]["id"]},
        )
        self.values["award_refused"] = refused["status"] == 409
        contract = await self.approver.step(
            "supply-demand", address, tender, bid_id=self.rival_bid["id"], reason="综合评分第一"
        )
        self.values["contract_with_rival_fen"] = contract["amount_fen"]
        self.record.note(self.now, f"合同授予 {self.rival['name']}；不能授予被列入者", started)

    # 5. repair

    async def repair(self) -> None:
        started = time.perf_counter()
        listing = await self.approver.get("credit-list", f"/v1/listings/{self.listing_id}")
        self.move_to(self._after(listing["exit_not_before"]))
        application = await self._as(self.bidder).post(
            "credit-list",
            "/v1/repairs",
            json={
                "listing_id": self.listing_id,
                "content": "罚款已经缴清，内部制度已经整改。",
                "evidence": ["缴款凭证 示例-0002"],
            },
        )
        path = f"/v1/repairs/{application['id']}"
        accepted = await self.clerk.step("credit-list", f"{path}/accept", application)
        checked = await self.clerk.step(
            "credit-list",
            f"{path}/check",
            accepted,
            obligations_met=True,
            findings="缴款凭证属实，制度已经整改。",
        )
        repaired_at = time.perf_counter()
        await self.second_approver.step(
            "credit-list",
            f"{path}/decide",
            checked,
            outcome="grant",
            reasons="义务已经履行",
            decision_document="合民信修〔2021〕1号",
        )

        async def eligible() -> bool:
            return (await self._eligibility())["eligible"]

        async def released() -> dict[str, Any] | None:
            payment = await self._payment(self.bidder["id"])
            return payment if payment["status"] == "approved" else None

        await wait_until(self.stage, eligible, "eligibility returns")
        payment = await wait_until(self.stage, released, "the held payment is released")
        self.values["repaired_to_eligible_ms"] = round(
            (time.perf_counter() - repaired_at) * 1000, 1
        )
        page = await self._as(self.bidder).get(
            "supply-demand", "/v1/bids", params={"status": "disqualified"}
        )
        self.values["stayed_disqualified"] = len(page["items"])
        made = await self._make(payment)
        self.values["payments_released"] = 1
        self.values["paid_after_repair_fen"] = made["amount_fen"]
        self.values["on_serious_board_after_repair"] = await self._on_board("serious")
        self.record.note(self.now, "信用修复：资格恢复，暂停的款项恢复拨付", started)
