"""A check as the source of an order or a case: it must be one of this body, with problems."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError, Invalid
from registry.checks.domain import WITH_PROBLEMS
from registry.checks.models import CheckTask
from registry.organizations.models import Organization


async def require(uow: UnitOfWork, check_id: UUID, organization: Organization) -> CheckTask:
    """The check that found the problems; raises Invalid for one that did not.

    A body may have moved since: what its former district found counts for whoever may act there.
    """
    check = await uow.session.get(CheckTask, check_id)
    if check is None:
        raise _wrong("unknown-check", "没有这项检查")
    if check.organization_id != organization.id:
        raise _wrong("other-organization", "该项检查的对象是另一家组织")
    if check.district != organization.district and not uow.actor.may_act_in(check.district):
        raise _wrong("other-district", f"该项检查由 {check.district} 办理，不在您的管辖区划之内")
    if check.concluded_on is None:
        raise _wrong("not-concluded", "该项检查尚未作出结论")
    if check.result not in WITH_PROBLEMS:
        raise _wrong("no-problem", "该项检查没有发现问题")
    return check


def _wrong(code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError("/source_id", code, message)])
