"""Credit-list under test, in September 2019: ``desk`` speaks to it as its users do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from credit_list.app import DEFINITION
from credit_list.learned import events
from liandong.clock import CHINA, FixedClock
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer, migrated, start
from liandong.transports.base import Batch, Delivery
from liandong.values.credit_code import make

MONDAY = datetime(2019, 9, 23, 1, 0, tzinfo=UTC)
"""Monday 23 September 2019, nine o'clock in China: the week before the National Day holidays."""

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
OTHER_APPROVER = bearer("approver-2", Role.APPROVER)

ORGANIZATION_EVENTS = {
    "registered": events.OrganizationRegistered,
    "changed": events.OrganizationChanged,
    "suspended": events.OrganizationSuspended,
    "resumed": events.OrganizationResumed,
    "revoked": events.OrganizationRevoked,
    "cancelled": events.OrganizationCancelled,
    "restored": events.OrganizationRestored,
}


@dataclass
class Desk:
    """The people around the service; every method is one of their acts."""

    service: ServiceUnderTest
    sequences: dict[UUID, int] = field(default_factory=dict)
    clerk: dict[str, str] = field(default_factory=lambda: CLERK)
    approver: dict[str, str] = field(default_factory=lambda: APPROVER)
    other_approver: dict[str, str] = field(default_factory=lambda: OTHER_APPROVER)

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    def organization(self, organization_id: UUID) -> dict[str, str]:
        """The token of the organisation itself."""
        return bearer(
            f"organization-{organization_id}",
            Role.ORGANIZATION,
            district=None,
            organization_id=organization_id,
        )

    def set_day(self, day: str) -> None:
        """Nine o'clock in China on the day."""
        at = date.fromisoformat(day)
        self.service.clock.set(datetime(at.year, at.month, at.day, 9, tzinfo=CHINA))

    async def pass_days(self, days: int) -> None:
        self.service.clock.advance(timedelta(days=days))
        await self.service.settle()

    # What others tell

    def delivery(self, event: Event, sequence: int | None = None) -> Delivery:
        number = sequence or self.sequences.get(event.subject, 0) + 1
        self.sequences[event.subject] = max(number, self.sequences.get(event.subject, 0))
        envelope = Envelope(
            id=uuid7(),
            source=f"/liandong/{event.service()}",
            type=event.type,
            subject=str(event.subject),
            time=self.service.clock.now(),
            key=event.key,
            sequence=number,
            dataschema=event.dataschema(),
            payload=event.model_dump_json().encode(),
        )
        return Delivery(
            topic=event.topic(),
            lane="test",
            offset=str(envelope.id),
            key=envelope.key,
            attributes=envelope.attributes(),
            payload=envelope.payload,
        )

    async def deliver(self, *deliveries: Delivery) -> None:
        for consumer in self.service.runtime.consumers:
            types = consumer.group.by_type()
            read = [one for one in deliveries if one.attributes["type"] in types]
            if read:
                await consumer.handle(Batch(read, None))

    async def learn(self, *told: Event) -> None:
        await self.deliver(*(self.delivery(event) for event in told))

    def told(self, fact: str, organization_id: UUID, number: int = 1, **given: Any) -> Event:
        status = {"revoked": "revoked", "cancelled": "cancelled", "suspended": "suspended"}
        facts = {
            "organization_id": organization_id,
            "kind": "service_institution",
            "status": status.get(fact, "active"),
            "name": f"合肥市庐阳区阳光社会工作服务中心{number}",
            "credit_code": make("52", "340103", f"XN{number:06}"),
            "district": "340103",
        }
        if fact == "revoked":
            facts["revoked_on"] = self.service.clock.now().astimezone(CHINA).date()
        return ORGANIZATION_EVENTS[fact](**(facts | given))

    async def an_organization(self, number: int = 1, **given: Any) -> UUID:
        organization_id = uuid7()
        await self.learn(self.told("registered", organization_id, number, **given))
        return organization_id

    async def a_grade(self, organization_id: UUID, grade: str = "4A", **given: Any) -> UUID:
        grade_id = uuid7()
        facts: dict[str, Any] = {
            "grade_id": grade_id,
            "organization_id": organization_id,
            "grade": grade,
            "valid_from": date(2018, 12, 1),
            "valid_until": date(2023, 11, 30),
        }
        await self.learn(events.GradeConfirmed(**(facts | given)))
        return grade_id

    # Acts

    async def act(
        self, path: str, body: Any, who: dict[str, str], version: int | None = None
    ) -> httpx.Response:
        """POST; with the version that a reading gives now unless told."""
        headers = dict(who)
        if version is None and path.count("/") > 2:
            version = await self.version("/".join(path.split("/")[:4]))
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        return await self.client.post(path, json=body, headers=headers)

    async def version(self, path: str) -> int:
        answer = await self.client.get(path, headers=self.clerk)
        return int(answer.headers["ETag"].strip('"').removeprefix("v"))

    async def read(self, path: str, who: dict[str, str] | None = None, **query: Any) -> Any:
        answer = await self.client.get(path, params=query, headers=who or self.clerk)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def propose(self, organization_id: UUID, **given: Any) -> httpx.Response:
        body = {
            "organization_id": str(organization_id),
            "list": "serious",
            "trigger": "fine-50000",
            "facts": "超出章程规定的业务范围进行活动，被处以罚款八万元",
            "evidence": ["合民罚〔2019〕12号"],
        }
        who = given.pop("who", self.clerk)
        return await self.act("/v1/cases", body | given, who)

    async def a_case(self, organization_id: UUID, **given: Any) -> str:
        answer = await self.propose(organization_id, **given)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    @property
    def today(self) -> str:
        return self.service.clock.now().astimezone(CHINA).date().isoformat()

    async def draft(self, case: str, **given: Any) -> httpx.Response:
        body = {"document_number": "合民告〔2019〕3号"}
        who = given.pop("who", self.clerk)
        return await self.act(f"/v1/cases/{case}/notice-draft", body | given, who)

    async def serve(self, case: str, **given: Any) -> httpx.Response:
        """Drafts the notice where that has not been done, and serves it."""
        who = given.pop("who", self.clerk)
        if (await self.read(f"/v1/cases/{case}"))["due_step"] == "draft_notice":
            assert (await self.draft(case, who=who)).status_code == 200
        body = {"method": "mail", "served_on": self.today, "proof": "EMS1234567890"} | given
        if body["method"] == "public-notice":
            body = {"published_on": body.pop("served_on")} | body
        return await self.act(f"/v1/cases/{case}/notice", body, who)

    async def fail_service(self, case: str, **given: Any) -> httpx.Response:
        body = {
            "method": "mail",
            "attempted_on": self.today,
            "proof": "退件1",
            "reason": "查无此人",
        }
        return await self.act(f"/v1/cases/{case}/failed-services", body | given, self.clerk)

    async def correct_service(self, case: str, who: dict[str, str], **given: Any) -> httpx.Response:
        body = {"method": "mail", "served_on": self.today, "proof": "回执2", "reason": "日期误登"}
        return await self.act(f"/v1/cases/{case}/service-corrections", body | given, who)

    async def join(self, case: str, **given: Any) -> httpx.Response:
        body = {
            "trigger": "suspension-penalty",
            "facts": "受到限期停止活动三个月的行政处罚",
            "evidence": ["合民罚〔2019〕15号"],
        }
        version = given.pop("version", None)
        return await self.act(f"/v1/cases/{case}/join", body | given, self.clerk, version)

    async def ask_hearing(self, case: str, who: dict[str, str], **given: Any) -> httpx.Response:
        version = given.pop("version", None)
        body = {"reasons": "对事实有争议"} | given
        return await self.act(f"/v1/cases/{case}/hearing", body, who, version)

    async def hold_hearing(self, case: str, who: dict[str, str], **given: Any) -> httpx.Response:
        body = {"held_on": self.today, "record": "听证笔录1号", "opinion": "事实清楚"} | given
        return await self.act(f"/v1/cases/{case}/hearing/hold", body, who)

    async def serve_decision(self, case: str, **given: Any) -> httpx.Response:
        body = {"method": "mail", "served_on": self.today, "proof": "回执3"} | given
        return await self.act(f"/v1/cases/{case}/decision-service", body, self.clerk)

    async def state(self, case: str, who: dict[str, str], **given: Any) -> httpx.Response:
        body = {"content": "罚款决定正在复议", "evidence": ["复议受理通知书"]} | given
        return await self.act(f"/v1/cases/{case}/statements", body, who)

    async def verify(self, case: str) -> httpx.Response:
        body = {"findings": "复议已被驳回，理由不予采纳"}
        return await self.act(f"/v1/cases/{case}/verify", body, self.clerk)

    async def decide(
        self,
        case: str,
        outcome: str = "list",
        *,
        who: Any = None,
        version: int | None = None,
        **given: Any,
    ) -> httpx.Response:
        body = {
            "outcome": outcome,
            "reasons": "事实清楚，依据充分",
            "decision_document": "合民〔2019〕8号",
        }
        body |= given
        return await self.act(f"/v1/cases/{case}/decide", body, who or self.approver, version)

    async def withdraw(self, case: str) -> httpx.Response:
        return await self.act(f"/v1/cases/{case}/withdraw", {"reason": "事实有误"}, self.clerk)

    async def a_listing(self, organization_id: UUID, **given: Any) -> str:
        """On the list by the whole procedure: nineteen days later, without a statement."""
        case = await self.a_case(organization_id, **given)
        assert (await self.serve(case)).status_code == 200
        await self.pass_days(19)
        decided = await self.decide(case)
        assert decided.status_code == 200, decided.text
        return decided.json()["listing_id"]

    async def apply_repair(self, listing: str, who: dict[str, str]) -> httpx.Response:
        body = {
            "listing_id": listing,
            "content": "罚款已缴纳，问题已整改",
            "evidence": ["缴款书1号"],
        }
        return await self.act("/v1/repairs", body, who)

    async def check_repair(self, repair: str, **given: Any) -> httpx.Response:
        body = {"obligations_met": True, "findings": "缴款凭证属实，整改到位"}
        who = given.pop("who", self.clerk)
        return await self.act(f"/v1/repairs/{repair}/check", body | given, who)

    async def a_checked_repair(
        self, listing: str, applicant: dict[str, str] | None = None, **given: Any
    ) -> str:
        """Applied for, accepted and checked."""
        applied = await self.apply_repair(listing, applicant or self.clerk)
        assert applied.status_code == 201, applied.text
        repair = applied.json()["id"]
        accepted = await self.act(f"/v1/repairs/{repair}/accept", None, self.clerk)
        assert accepted.status_code == 200, accepted.text
        checked = await self.check_repair(repair, **given)
        assert checked.status_code == 200, checked.text
        return repair

    async def decide_repair(
        self, repair: str, who: dict[str, str] | None = None, **given: Any
    ) -> httpx.Response:
        body = {
            "outcome": "grant",
            "reasons": "期限届满，义务已履行",
            "decision_document": "合民修〔2021〕1号",
        }
        version = given.pop("version", None)
        path = f"/v1/repairs/{repair}/decide"
        return await self.act(path, body | given, who or self.other_approver, version)

    async def override(self, subject: str, version: str, **changed: Any) -> None:
        """The city changes parameters of a shipped rule set, from 2019 on."""
        rules = await self.read("/v1/rule-sets", subject=subject)
        parameters = next(one for one in rules if one["version"] == version)["parameters"]
        made = await self.client.post(
            "/v1/rule-sets/overrides",
            json={
                "subject": subject,
                "jurisdiction": "340100",
                "version": "hefei-1",
                "valid_from": "2019-01-01",
                "legal_basis": "本市试行办法",
                "parameters": parameters | changed,
            },
            headers=bearer("admin-1", Role.SYSTEM_ADMIN),
        )
        assert made.status_code == 201, made.text

    async def a_red_listing(self, organization_id: UUID) -> str:
        await self.a_grade(organization_id)
        body = {"organization_id": str(organization_id), "reasons": "服务优良"}
        made = await self.act("/v1/red-list-proposals", body, self.clerk)
        assert made.status_code == 201, made.text
        path = f"/v1/red-list-proposals/{made.json()['id']}"
        assert (await self.act(f"{path}/publicise", None, self.clerk)).status_code == 200
        await self.pass_days(17)
        confirmed = await self.act(f"{path}/confirm", {"reasons": "公示无异议"}, self.approver)
        assert confirmed.status_code == 200, confirmed.text
        return confirmed.json()["listing_id"]

    async def standing(self, organization_id: UUID) -> dict[str, Any]:
        return await self.read(f"/v1/standings/{organization_id}")

    async def facts(self) -> list[str]:
        """What was published of listings, as ``listed serious``, ``delisted red superseded``."""
        found: list[str] = []
        for event in await self.service.published():
            if ".organization." not in event["type"]:
                continue
            data = event["data"]
            words = [event["type"].rsplit(".", 1)[1], data["list"], data.get("reason", "")]
            found.append(" ".join(word for word in words if word))
        return found


@pytest_asyncio.fixture
async def desk(database_templates: DatabaseTemplates) -> AsyncIterator[Desk]:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url, clock=FixedClock(MONDAY))
    yield Desk(service)
    await service.close()
    await database_templates.drop(url)
