"""The officials and organisations of the fault campaign: what they do, over HTTP, insisting."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from liandong.clock import CHINA
from liandong.identity.actors import Role
from liandong.testing.fleet import Fleet
from liandong.testing.insisting import Insisting
from liandong.testing.processes import Child
from liandong.testing.services import eventually
from liandong.values.credit_code import make

SEPTEMBER_2019 = datetime(2019, 9, 16, 9, tzinfo=CHINA)
STATION_FEN = 10_000_000
"""What Hefei grants for one service station: 100,000 元."""
HEFEI = "340100"

Found = dict[str, Any]
Who = dict[str, str]


@dataclass
class Town:
    """Each call is repeated, with its key, until it is answered; ``ask`` gives any answer,
    the other methods insist on success."""

    fleet: Fleet
    now: datetime
    insisting: httpx.AsyncBaseTransport = field(default_factory=Insisting)
    _numbers: int = 0

    async def __aenter__(self) -> "Town":
        self.client = httpx.AsyncClient(transport=self.insisting, timeout=60)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    def who(self, subject: str, role: Role | str, **claims: Any) -> Who:
        return self.fleet.processes.bearer(subject, role, **claims)

    @property
    def clerk(self) -> Who:
        return self.who("clerk-1", Role.CLERK)

    @property
    def approver(self) -> Who:
        return self.who("approver-1", Role.APPROVER)

    @property
    def finance(self) -> Who:
        return self.who("finance-1", Role.FINANCE)

    @property
    def second_finance(self) -> Who:
        return self.who("finance-2", Role.FINANCE)

    @property
    def buyer(self) -> Who:
        return self.who("buyer-1", Role.BUYER)

    def member(self, organization: Found) -> Who:
        return self.who(
            f"member-{organization['id']}", Role.ORGANIZATION, organization_id=organization["id"]
        )

    async def start(self, *names: str) -> dict[str, Child]:
        """All parts of these services, each in one process; returns when they answer."""
        children = {name: self.fleet.service(name) for name in names}
        for child in children.values():
            child.start()
        await asyncio.gather(*(child.ready() for child in children.values()))
        return children

    # Asking

    async def ask(
        self,
        service: str,
        path: str,
        who: Who,
        body: Any = None,
        found: Found | None = None,
        url: str = "",
    ) -> httpx.Response:
        """A command; on something that was ``found``, with its version."""
        headers = who | ({"If-Match": f'"v{found["version"]}"'} if found else {})
        where = (url or self.fleet.urls[service]) + path
        return await self.client.post(where, json=body, headers=headers)

    async def do(self, *given: Any, **more: Any) -> Found:
        answer = await self.ask(*given, **more)
        assert answer.is_success, f"{given[:2]}: {answer.status_code} {answer.text}"
        return answer.json()

    async def read(self, service: str, path: str, who: Who | None = None, **query: Any) -> Found:
        where = self.fleet.urls[service] + path
        answer = await self.client.get(where, params=query, headers=who or self.clerk)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def move_to(self, when: datetime) -> None:
        self.now = when
        self.fleet.move_to(when)

    def move_behind(self, day: str) -> None:
        """Nine o'clock on the day after."""
        at = date.fromisoformat(day) + timedelta(days=1)
        self.move_to(datetime(at.year, at.month, at.day, 9, tzinfo=CHINA))

    # Register

    async def organization(self) -> Found:
        self._numbers += 1
        number = self._numbers
        return await self.do(
            "registry",
            "/v1/organizations",
            self.clerk,
            {
                "kind": "service_institution",
                "name": f"合肥市庐阳区示例社会工作服务中心{number}",
                "credit_code": make("52", "340103", f"XN{number:06}"),
                "district": "340103",
                "registered_on": "2012-05-06",
            },
        )

    async def known(self, *organizations: Found) -> None:
        """Returns when credit-list and supply-demand know them."""
        for one in organizations:

            async def both(one: Found = one) -> bool:
                standing = await self.read("credit-list", f"/v1/standings/{one['id']}")
                path = f"/v1/eligibility/{one['id']}"
                found = await self.read("supply-demand", path, self.member(one))
                return standing["known"] and found["eligible"]

            await eventually(both, 60)

    # Money

    async def budget(self, amount_fen: int, programme: str = "F3") -> Found:
        body = {
            "district": HEFEI,
            "programme": programme,
            "year": 2019,
            "funding_source": "finance",
            "amount_fen": amount_fen,
        }
        line = await self.do("funding", "/v1/budgets", self.finance, body)
        path = f"/v1/budgets/{line['id']}/approve"
        return await self.do("funding", path, self.approver, found=line)

    async def entitled(self, organization: Found, sites: int = 1) -> list[Found]:
        """Recognises stations of the organisation; their entitlements."""
        for number in range(sites):
            body = {
                "code": f"S-{organization['credit_code'][-8:]}-{number}",
                "kind": "service_station",
                "organization_id": organization["id"],
                "name": "示例社区服务站",
                "district": "340103",
                "recognized_on": "2019-05-06",
            }
            await self.do("supply-demand", "/v1/sites", self.approver, body)

        async def arrived() -> list[Found] | None:
            page = await self.read(
                "funding", "/v1/entitlements", organization_id=organization["id"], limit=200
            )
            return page["items"] if len(page["items"]) == sites else None

        return await eventually(arrived, 90)

    async def proposed(self, entitlement: Found) -> Found:
        body = {"entitlement_id": entitlement["id"]}
        return await self.do("funding", "/v1/payments", self.finance, body)

    async def approved(self, entitlement: Found) -> Found:
        payment = await self.proposed(entitlement)
        path = f"/v1/payments/{payment['id']}/approve"
        return await self.do("funding", path, self.approver, found=payment)

    async def make(self, payment: Found, who: Who | None = None, url: str = "") -> httpx.Response:
        body = {"bank_reference": f"示例回单-{payment['id'][-6:]}"}
        path = f"/v1/payments/{payment['id']}/make"
        return await self.ask("funding", path, who or self.second_finance, body, payment, url=url)

    async def payment(self, payment: Found) -> Found:
        return await self.read("funding", f"/v1/payments/{payment['id']}")

    # The market

    async def tender(self, days: int) -> Found:
        body = {
            "title": "独居老人助餐服务采购",
            "district": "340103",
            "method": "open",
            "budget_fen": 20_000_000,
            "closes_at": (self.now + timedelta(days=days)).isoformat(),
            "term_months": 12,
        }
        tender = await self.do("supply-demand", "/v1/tenders", self.buyer, body)
        path = f"/v1/tenders/{tender['id']}/publish"
        return await self.do("supply-demand", path, self.buyer, found=tender)

    async def bid(self, tender: Found, organization: Found) -> Found:
        body = {"amount_fen": 18_000_000, "plan": "服务方案"}
        path = f"/v1/tenders/{tender['id']}/bids"
        return await self.do("supply-demand", path, self.member(organization), body)

    async def closed(self, tender: Found) -> Found:
        async def look() -> Found | None:
            found = await self.read("supply-demand", f"/v1/tenders/{tender['id']}", self.buyer)
            return found if found["status"] == "closed" else None

        return await eventually(look, 60)

    async def award(self, tender: Found, bid: Found) -> httpx.Response:
        body = {"bid_id": bid["id"], "reason": "综合评分第一"}
        path = f"/v1/tenders/{tender['id']}/award"
        return await self.ask("supply-demand", path, self.approver, body, tender)

    # Credit

    async def served_case(self, organization: Found) -> Found:
        body = {
            "organization_id": organization["id"],
            "list": "serious",
            "trigger": "fine-50000",
            "facts": "受到罚款六万元的行政处罚，处罚决定已经生效。",
            "evidence": ["合民罚决字〔2019〕第1号"],
        }
        case = await self.do("credit-list", "/v1/cases", self.clerk, body)
        path = f"/v1/cases/{case['id']}/notice"
        draft = {"document_number": "合民信告〔2019〕1号"}
        case = await self.do("credit-list", f"{path}-draft", self.clerk, draft, case)
        notice = {"method": "mail", "served_on": self.now.date().isoformat(), "proof": "回执"}
        return await self.do("credit-list", path, self.clerk, notice, case)

    async def decidable(self, case: Found) -> Found:
        """The case, when the end of its defence window is on record."""

        async def look() -> Found | None:
            found = await self.read("credit-list", f"/v1/cases/{case['id']}")
            return found if found["status"] == "window_elapsed" else None

        return await eventually(look, 60)

    async def decide(self, case: Found, who: Who | None = None, url: str = "") -> httpx.Response:
        body = {
            "outcome": "list",
            "reasons": "事实清楚，期满未提出陈述申辩。",
            "decision_document": "合民信决〔2019〕1号",
        }
        path = f"/v1/cases/{case['id']}/decide"
        return await self.ask("credit-list", path, who or self.approver, body, case, url=url)

    async def repair(self, organization: Found, listing_id: str) -> None:
        """The listing ends, after its shortest term."""
        listing = await self.read("credit-list", f"/v1/listings/{listing_id}")
        self.move_behind(listing["exit_not_before"])
        body = {"listing_id": listing_id, "content": "罚款已经缴清。", "evidence": ["缴款凭证"]}
        asked = await self.do("credit-list", "/v1/repairs", self.member(organization), body)
        path = f"/v1/repairs/{asked['id']}"
        asked = await self.do("credit-list", f"{path}/accept", self.clerk, None, asked)
        findings = {"obligations_met": True, "findings": "缴款凭证属实"}
        asked = await self.do("credit-list", f"{path}/check", self.clerk, findings, asked)
        decision = {
            "outcome": "grant",
            "reasons": "义务已经履行",
            "decision_document": "合民信修〔2021〕1号",
        }
        second = self.who("approver-2", Role.APPROVER)
        await self.do("credit-list", f"{path}/decide", second, decision, asked)
