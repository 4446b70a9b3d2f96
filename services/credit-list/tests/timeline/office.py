"""The bureau at work on the service's own use cases: an act says how it was refused, or nothing."""

from collections.abc import Awaitable, Callable
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases import hearings, notices, statements
from credit_list.cases import repository as cases
from credit_list.cases import schemas as papers
from credit_list.cases import service as case_service
from credit_list.leads import repository as leads
from credit_list.leads import service as lead_service
from credit_list.leads.domain import Status as LeadStatus
from credit_list.learned import events
from credit_list.listings import correction
from credit_list.listings import repository as listings
from credit_list.listings import service as listing_service
from credit_list.records import repository as records
from credit_list.records import service as record_service
from credit_list.records.schemas import RecordFact
from credit_list.repairs import repository as repairs
from credit_list.repairs import schemas as applications
from credit_list.repairs import service as repair_service
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.contract import Event
from liandong.identity.actors import Actor, Role
from liandong.ids import uuid7
from liandong.problems import Problem
from liandong.testing.services import an_actor

tellings = import_module("services.credit-list.tests.records.tellings")

CLERK = an_actor("clerk-1", Role.CLERK)
APPROVER = an_actor("approver-1", Role.APPROVER)
OTHER = an_actor("approver-2", Role.APPROVER)
CHAIR = an_actor("chair-1", Role.APPROVER)
OFFICERS = {one.subject: one for one in (CLERK, APPROVER, OTHER, CHAIR)}
TOLD = ("report_missed", "rectification_overdue")


class File:
    """What the bureau holds of one organisation: the ids of its facts, cases and listings."""

    def __init__(self, desk: Any, organization: UUID, number: int) -> None:
        self.desk, self.organization, self.number = desk, organization, number
        self.own = Actor(
            subject=f"organization-{number}",
            roles=frozenset({Role.ORGANIZATION}),
            organization_id=organization,
        )
        self.told: dict[str, Any] = {}
        self.grade = uuid7()
        self.cases: dict[str, UUID] = {}
        self.listings: dict[Any, UUID] = {}
        """By what the model calls them."""
        self.repairs: dict[Any, UUID] = {}
        self.made: Any = None

    async def act(self, who: Actor, use_case: Callable[[UnitOfWork], Awaitable[Any]]) -> str:
        """In a transaction of its own; what it made is in ``made``."""
        try:
            self.made = await self.desk.service.runtime.work.run(who, use_case)
        except Problem as problem:
            return problem.slug
        return ""

    async def _on(self, about: Any, key: UUID, who: Actor, use_case: Any, *given: Any) -> str:
        """At the version that it has now."""

        async def work(uow: UnitOfWork) -> Any:
            version = (await about.get(uow.session, key)).version
            return await use_case(uow, key, version, *given)

        return await self.act(who, work)

    # Facts

    def event(self, it: Any) -> Event | None:
        """What the registry or the committee tells of it; None: a clerk enters it."""
        match it.what:
            case "grade":
                given = {"valid_from": it.day, "valid_until": it.day.replace(day=1, year=2031)}
                return self._graded(events.GradeConfirmed, grade=it.fact, **given)
            case "grade_lost":
                return self._graded(events.GradeCancelled)
            case "revoke" | "restore" | "cancel":
                told = {"revoke": "revoked", "restore": "restored", "cancel": "cancelled"}
                return self.desk.told(told[it.what], self.organization, self.number)
            case "put_right":
                kind, given = events.RectificationCompleted, {"completed_on": it.day}
                return self._rectified(kind, it.name, **given)
            case "take_back" if isinstance(self.told[it.name], events.InspectionMissed):
                known = self.told[it.name]
                given = {"year": known.year, "inspection_id": known.inspection_id}
                kind = events.InspectionMissWithdrawn
                return tellings.inspection(kind, self.organization, **given)
            case "take_back" if isinstance(self.told[it.name], Event):
                return self._rectified(events.RectificationWithdrawn, it.name)
            case "fact" if it.fact.kind in TOLD:
                self.told[it.name] = self._found(it.fact)
                return self.told[it.name]
            case _:
                return None

    def _graded(self, kind: Any, **given: Any) -> Event:
        return kind(grade_id=self.grade, organization_id=self.organization, **given)

    def _rectified(self, kind: Any, name: str, **given: Any) -> Event:
        known = self.told[name]
        given |= {"rectification_id": known.rectification_id, "due_on": known.due_on}
        return tellings.rectification(kind, self.organization, **given)

    def _found(self, fact: Any) -> Event:
        if fact.kind == "report_missed":
            kind, given = events.InspectionMissed, {"year": fact.year, "inspection_id": uuid7()}
            return tellings.inspection(kind, self.organization, **given)
        given = {"rectification_id": uuid7(), "due_on": fact.day, "overdue_on": fact.day}
        return tellings.rectification(events.RectificationOverdue, self.organization, **given)

    async def enter(self, it: Any) -> None:
        """By hand: a department's document, or that it was taken back."""
        if it.what == "take_back":
            refused = await self._on(records, self.told[it.name], APPROVER, record_service.withdraw)
            assert not refused, refused
            return
        fact = it.fact
        body = tellings.a_fact(
            self.organization,
            kind=fact.kind,
            document_number=f"〔{fact.day.year}〕{fact.name}号",
            arose_on=fact.day,
            sanctions=list(fact.sanctions),
            fine_fen=fact.fine,
        )

        async def record(uow: UnitOfWork) -> UUID:
            made, is_new = await record_service.record_fact(uow, RecordFact(**body))
            assert is_new
            return made.id

        refused = await self.act(CLERK, record)
        assert not refused, refused
        self.told[fact.name] = self.made

    # Leads and cases

    async def leads(self) -> dict[tuple[str, str], tuple[UUID, tuple[date, ...]]]:
        """By list and trigger: the id, and the days of the facts."""
        async with AsyncSession(self.desk.service.runtime.worker_engine) as session:
            query = leads.search(
                district=None, organization_id=self.organization, status=LeadStatus.PROPOSED
            )
            found = (await session.scalars(query)).all()
            facts = await leads.facts(session, [one.id for one in found]) if found else []
        return {
            (one.list.value, one.trigger): (
                one.id,
                tuple(fact.day for fact in facts if fact.lead_id == one.id),
            )
            for one in found
        }

    async def take(self, name: str, lead: UUID) -> str:
        refused = await self._on(leads, lead, CLERK, lead_service.open_case, [])
        if not refused:
            self.cases[name] = self.made.case_id
        return refused

    async def dismiss(self, lead: UUID) -> str:
        reason = "主管单位证明该组织不负直接责任"
        return await self._on(leads, lead, CLERK, lead_service.dismiss, reason)

    async def draft(self, name: str) -> str:
        body = papers.DraftNotice(document_number="合民告〔2019〕3号")
        return await self._on(cases, self.cases[name], CLERK, notices.draft, body)

    async def serve(self, name: str, day: date) -> str:
        given: Any = {"method": "mail", "served_on": day, "proof": "EMS1234567890"}
        body = papers.ServeDocument(**given)
        return await self._on(cases, self.cases[name], CLERK, notices.serve, body)

    async def state(self, name: str, received: date | None) -> str:
        """By the organisation itself today, or on paper of a day that the clerk enters."""
        body = papers.RecordStatement(content="处罚决定正在复议", received_on=received)
        who = self.own if received is None else CLERK
        return await self._on(cases, self.cases[name], who, statements.record_statement, body)

    async def verify(self, name: str) -> str:
        verify = statements.verify_statement
        return await self._on(cases, self.cases[name], CLERK, verify, "理由不予采纳")

    async def ask_hearing(self, name: str) -> str:
        body = papers.RequestHearing(reasons="对事实有争议")
        return await self._on(cases, self.cases[name], self.own, hearings.request, body)

    async def end_hearing(self, name: str, day: date, by: str) -> str:
        if not by:
            body: Any = papers.GiveUpHearing(reason="书面放弃")
            return await self._on(cases, self.cases[name], self.own, hearings.give_up, body)
        body = papers.HoldHearing(held_on=day, record="听证笔录1号", opinion="事实清楚")
        return await self._on(cases, self.cases[name], OFFICERS[by], hearings.hold, body)

    async def decide(self, name: str, by: str, *, listed: bool) -> str:
        given: Any = {"outcome": "list" if listed else "not_list", "reasons": "事实清楚"}
        body = papers.DecideCase(**given, decision_document="合民〔2019〕8号")
        return await self._on(cases, self.cases[name], OFFICERS[by], case_service.decide, body)

    async def withdraw(self, name: str) -> str:
        return await self._on(cases, self.cases[name], CLERK, case_service.withdraw, "事实有误")

    # Lists

    async def correct(self, listing: Any, number: int | None) -> str:
        key = self.listings[listing]

        async def work(uow: UnitOfWork) -> Any:
            version = (await listings.get(uow.session, key)).version
            return await correction.correct(uow, key, version, reason="系误列", number=number)

        return await self.act(OTHER, work)

    async def remove(self, listing: Any, *, duty_done: bool) -> str:
        key = self.listings[listing]

        async def work(uow: UnitOfWork) -> Any:
            version = (await listings.get(uow.session, key)).version
            return await listing_service.remove(
                uow, key, version, duty_done=duty_done, reason="已履行义务"
            )

        return await self.act(OTHER, work)

    async def apply(self, listing: Any) -> str:
        given: Any = {"content": "问题已整改", "evidence": ["整改报告1号"]}
        body = applications.ApplyRepair(listing_id=self.listings[listing], **given)
        refused = await self.act(self.own, lambda uow: repair_service.apply(uow, body))
        if not refused:
            self.repairs[listing] = self.made.id
        return refused

    async def send_back(self, listing: Any) -> str:
        send_back = repair_service.send_back
        return await self._on(repairs, self.repairs[listing], CLERK, send_back, "缺少整改报告")

    async def supplement(self, listing: Any) -> str:
        body = applications.SupplementRepair(content="补充整改报告", evidence=["整改报告2号"])
        supplement = repair_service.supplement
        return await self._on(repairs, self.repairs[listing], self.own, supplement, body)

    async def accept(self, listing: Any) -> str:
        return await self._on(repairs, self.repairs[listing], CLERK, repair_service.accept)

    async def check(self, listing: Any, *, duty_done: bool) -> str:
        body = applications.CheckRepair(obligations_met=duty_done, findings="已经核查")
        return await self._on(repairs, self.repairs[listing], CLERK, repair_service.check, body)

    async def decide_repair(self, listing: Any, by: str, outcome: str) -> str:
        given: Any = {"outcome": outcome, "reasons": "经核查", "decision_document": "合民修1号"}
        body = applications.DecideRepair(**given)
        key = self.repairs[listing]
        return await self._on(repairs, key, OFFICERS[by], repair_service.decide, body)

    async def withdraw_repair(self, listing: Any) -> str:
        key = self.repairs[listing]
        return await self._on(repairs, key, self.own, repair_service.withdraw, "材料不齐")
