"""The yearly campaign for the red list, on the service and in the model alike."""

from collections.abc import Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import text

from credit_list.red_campaigns import repository
from credit_list.red_campaigns import service as campaigns
from credit_list.red_campaigns.schemas import ConfirmSome, OpenCampaign, ProposeSome
from credit_list.red_list import repository as proposals
from credit_list.red_list import service as red
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor

life = import_module("services.credit-list.tests.timeline.life")
office = import_module("services.credit-list.tests.timeline.office")
terms = import_module("services.credit-list.tests.timeline.terms")

FIT = text("SELECT organization_id FROM red_candidate WHERE campaign_id = :campaign AND passed")
AT_ONCE = 150


class Campaign:
    """Opened on a day, publicised on the next, confirmed a day too early and in time."""

    def __init__(self, desk: Any, lives: Sequence[Any], opened: date) -> None:
        self.desk, self.lives, self.opened = desk, lives, opened
        self.publicised = opened + timedelta(days=1)
        self.last_day = terms.working_day_after(self.publicised, 7)
        self.proposed: dict[UUID, Any] = {}
        self.acts: dict[str, int] = {}

    async def work(self, day: date) -> list[Any]:
        """Those of whom something changed today."""
        if day == self.opened:
            await self._open(day)
        elif day == self.publicised and self.proposed:
            await self._run(office.CLERK, campaigns.publicise)
        elif day == self.last_day and self.proposed:
            rows = await self._confirm(list(self.proposed))
            assert {row.problem for row in rows} == {"publicity-running"}
        elif day == self.last_day + timedelta(days=1) and self.proposed:
            return await self._end(day)
        return []

    async def _open(self, day: date) -> None:
        body = OpenCampaign(
            district="340100",
            year=day.year,
            as_of=day,
            applications_until=day + timedelta(days=9),
        )
        work = self.desk.service.runtime.work
        opened = await work.run(office.CLERK, lambda uow: campaigns.open_campaign(uow, body))
        self.key = opened.id
        while await self.desk.service.runtime.deadlines.fire_due():
            pass
        async with self.desk.service.runtime.worker_engine.connect() as connection:
            found = {*await connection.scalars(FIT, {"campaign": self.key})}
        fit: list[Any] = []
        for one in self.lives:
            expected = one.body.is_fit(one.body.grade, day)
            if (one.file.organization in found) is not expected:
                one.part(f"{day}, candidate", AssertionError(f"fit by law: {expected}"))
            elif expected and not one.differs:
                fit.append(one)
        some = [one for one in fit if life.choice(one.number, day, "propose").random() < 0.7]
        by_id = {one.file.organization: one for one in some}
        for ids in _parts(list(by_id)):
            asked = ProposeSome(organization_ids=ids, reasons="服务优良")
            for row in await self._run(
                office.CLERK, lambda uow, key, at, it=asked: campaigns.propose(uow, key, at, it)
            ):
                assert row.done, row.problem
                self.proposed[row.proposal_id] = by_id[row.id]

    async def _end(self, day: date) -> list[Any]:
        """Whoever was listed or has lost the grade meanwhile is not confirmed but refused."""
        for row in await self._confirm(list(self.proposed)):
            one = self.proposed[row.id]
            fit = one.body.is_fit(one.body.grade, day)
            if row.problem != (None if fit else "conditions-not-met"):
                one.part(f"{day}, confirm", AssertionError(f"fit by law: {fit}, {row.problem}"))
            elif fit:
                one.body.enter_red(day)
                self.acts["red"] = self.acts.get("red", 0) + 1
            else:
                await self._refuse(row.id)
                self.acts["red refused"] = self.acts.get("red refused", 0) + 1
        return list(self.proposed.values())

    async def _confirm(self, ids: list[UUID]) -> list[Any]:
        rows: list[Any] = []
        for some in _parts(ids):
            asked = ConfirmSome(proposal_ids=some, reasons="公示无异议")
            rows += await self._run(
                office.APPROVER, lambda uow, key, at, it=asked: campaigns.confirm(uow, key, at, it)
            )
        return rows

    async def _refuse(self, proposal: UUID) -> None:
        async def work(uow: UnitOfWork) -> None:
            version = (await proposals.get(uow.session, proposal)).version
            await red.refuse(uow, proposal, version, "不再符合条件")

        await self.desk.service.runtime.work.run(office.APPROVER, work)

    async def _run(self, who: Actor, use_case: Any) -> Any:
        async def work(uow: UnitOfWork) -> Any:
            version = (await repository.get(uow.session, self.key)).version
            return await use_case(uow, self.key, version)

        return await self.desk.service.runtime.work.run(who, work)


def _parts(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE)]
