"""延长: a decision that cannot be taken in time, once and with approval."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from registry.applications import steps, timing
from registry.applications.domain import Action
from registry.applications.events import ApplicationExtended
from registry.applications.models import Application
from registry.applications.schemas import DecisionExtension
from registry.applications.timing import procedure_for


class NotExtendable(Conflict):
    slug, title = "decision-not-extendable", "该事项的决定期限不能延长"


class AlreadyExtended(Conflict):
    slug, title = "decision-already-extended", "决定期限已经延长"


class DecisionOverdue(Conflict):
    slug, title = "decision-overdue", "决定期限已过"


async def extend(
    uow: UnitOfWork, application_id: UUID, version: int, body: DecisionExtension
) -> Application:
    """慈善法 art. 10, 行政许可法 art. 42: before the period has run out."""
    application = await steps.step(uow, application_id, version, Action.EXTEND)
    procedure = await procedure_for(uow, application)
    rule = procedure.clocks.extension
    if rule is None:
        raise NotExtendable()
    if application.extension is not None:
        raise AlreadyExtended(f"已延长 {application.extension['days']} 日")
    if body.days > rule.days:
        told = f"延长不得超过{rule.days}日（{rule.basis}）"
        raise steps.wrong("/days", "out-of-range", told)
    assert application.accepted_on is not None
    if not application.accepted_on <= body.applicant_told_on <= uow.today:
        raise steps.wrong("/applicant_told_on", "out-of-range", "应在受理之日与今日之间")
    before = timing.stands(application, procedure, uow.today)
    if before is not None and before.due_on is not None and before.due_on < uow.today:
        raise DecisionOverdue(f"最后一日为{before.due_on}")
    application.extension = {
        "extended_on": uow.today.isoformat(),
        "days": body.days,
        "approval": body.approval,
        "reason": body.reason,
        "applicant_told_on": body.applicant_told_on.isoformat(),
    }
    await timing.begin_stage(uow, application, procedure)
    after = timing.stands(application, procedure, uow.today)
    due_on = None if after is None else after.due_on
    event = ApplicationExtended(**application.facts(), days=body.days, due_on=due_on)
    uow.publish(event, of=application)
    steps.record(uow, application, "extended", days=body.days, approval=body.approval)
    return application
