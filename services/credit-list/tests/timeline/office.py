"""The bureau at work on the service itself: every act says how it was refused, or nothing."""

from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx

from credit_list.learned import events
from liandong.ids import uuid7

tellings = import_module("services.credit-list.tests.records.tellings")
life = import_module("services.credit-list.tests.timeline.life")

Desk = Any
BY_EVENT = ("report_missed", "rectification_overdue")


def refusal(answer: httpx.Response) -> str:
    """The last part of the problem's type; nothing when it was carried out."""
    if answer.is_success:
        return ""
    assert answer.status_code in (403, 409, 422), answer.text
    return answer.json()["type"].rsplit(":", 1)[1]


class File:
    """What the bureau holds of one organisation: the ids of its facts, leads and cases."""

    def __init__(self, desk: Desk, organization: UUID, number: int) -> None:
        self.desk, self.organization, self.number = desk, organization, number
        self.told: dict[str, Any] = {}
        self.cases: dict[str, str] = {}

    # Facts

    async def learn(self, fact: Any) -> None:
        if fact.kind == "report_missed":
            event = tellings.inspection(
                events.InspectionMissed, self.organization, year=fact.year, inspection_id=uuid7()
            )
        elif fact.kind == "rectification_overdue":
            event = tellings.rectification(
                events.RectificationOverdue,
                self.organization,
                rectification_id=uuid7(),
                due_on=fact.day,
                overdue_on=fact.day,
            )
        else:
            await self._enter(fact)
            return
        self.told[fact.name] = event
        await self.desk.learn(event)

    async def _enter(self, fact: Any) -> None:
        body = tellings.a_fact(
            self.organization,
            kind=fact.kind,
            document_number=f"〔{fact.day.year}〕{fact.name}号",
            arose_on=fact.day.isoformat(),
            sanctions=list(fact.sanctions),
            fine_fen=fact.fine,
        )
        made = await self.desk.act("/v1/records", body, self.desk.clerk)
        assert made.status_code == 201, made.text
        self.told[fact.name] = made.json()["id"]

    async def put_right(self, name: str, day: date) -> None:
        told = self.told[name]
        event = tellings.rectification(
            events.RectificationCompleted,
            self.organization,
            rectification_id=told.rectification_id,
            due_on=told.due_on,
            completed_on=day,
        )
        await self.desk.learn(event)

    async def take_back(self, name: str) -> None:
        told = self.told[name]
        if isinstance(told, str):
            path = f"/v1/records/{told}/withdraw"
            answer = await self.desk.act(path, None, self.desk.approver)
            assert answer.status_code == 200, answer.text
        elif isinstance(told, events.InspectionMissed):
            given = {"year": told.year, "inspection_id": told.inspection_id}
            kind = events.InspectionMissWithdrawn
            await self.desk.learn(tellings.inspection(kind, self.organization, **given))
        else:
            given = {"due_on": told.due_on, "rectification_id": told.rectification_id}
            kind = events.RectificationWithdrawn
            await self.desk.learn(tellings.rectification(kind, self.organization, **given))

    async def registry(self, what: str) -> None:
        """``revoked``, ``restored`` or ``cancelled``."""
        await self.desk.learn(self.desk.told(what, self.organization, self.number))

    # Leads and cases

    async def leads(self) -> dict[tuple[str, str], Any]:
        query = {"organization_id": str(self.organization), "status": "proposed"}
        found = (await self.desk.read("/v1/leads", **query))["items"]
        return {(one["list"], one["trigger"]): one for one in found}

    async def take(self, lead: Any) -> str:
        path = f"/v1/leads/{lead['id']}/open-case"
        answer = await self.desk.act(path, {}, self.desk.clerk, lead["version"])
        if answer.is_success:
            self.cases[lead["list"]] = answer.json()["case_id"]
        return refusal(answer)

    async def dismiss(self, lead: Any) -> str:
        body = {"reason": "主管单位证明该组织不负直接责任"}
        path = f"/v1/leads/{lead['id']}/dismiss"
        return refusal(await self.desk.act(path, body, self.desk.clerk, lead["version"]))

    async def serve(self, name: str) -> str:
        return refusal(await self.desk.serve(self.cases[name]))

    async def state(self, name: str) -> str:
        own = self.desk.organization(self.organization)
        return refusal(await self.desk.state(self.cases[name], own))

    async def verify(self, name: str) -> str:
        return refusal(await self.desk.verify(self.cases[name]))

    async def decide(self, name: str, *, listed: bool) -> str:
        outcome = "list" if listed else "not_list"
        return refusal(await self.desk.decide(self.cases[name], outcome))

    async def withdraw(self, name: str) -> str:
        return refusal(await self.desk.withdraw(self.cases[name]))

    # Lists

    async def on(self) -> dict[str, Any]:
        found = await self.desk.standing(self.organization)
        return {one["list"]: one for one in found["lists"]}

    async def repair(self, name: str) -> str:
        """The whole repair in one day; what was refused on the way is taken back."""
        listing = (await self.on())[name]["listing_id"]
        own = self.desk.organization(self.organization)
        repair = await self.desk.a_checked_repair(listing, own)
        refused = refusal(await self.desk.decide_repair(repair, who=self.desk.other_approver))
        if refused:
            path = f"/v1/repairs/{repair}/withdraw"
            back = await self.desk.act(path, {"reason": "期限未到"}, own)
            assert back.is_success, back.text
        return refused

    async def story(self) -> list[tuple[Any, ...]]:
        """Every listing there ever was, oldest first."""
        query = {"organization_id": str(self.organization), "limit": 100}
        found = (await self.desk.read("/v1/listings", **query))["items"]
        names = ("list", "listed_on", "term_started_on", "exit_not_before", "publication_ends_on",
                 "delisted_on", "delist_reason")  # fmt: skip
        return [tuple(one[name] for name in names) for one in reversed(found)]
