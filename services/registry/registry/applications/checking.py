"""What stands against an application: what it lacks, and conditions that do not hold."""

from dataclasses import replace

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError, Problem
from registry.applications import candidates, changing, dates, timing, winding_up
from registry.applications.change import Change
from registry.applications.charity import Qualification
from registry.applications.conditions import findings
from registry.applications.content import Cancellation
from registry.applications.establishment import Establishment
from registry.applications.models import Application
from registry.applications.qualifying import undeclared
from registry.applications.rules import ApplicationRules, Procedure
from registry.applications.timing import rules_for
from registry.governance import repository as governance_repository
from registry.governance.officers import indexes_of
from registry.organizations.models import Organization


class Incomplete(Conflict):
    slug, title = "application-incomplete", "申请材料不齐全或者填写不完整"


class ConditionsNotMet(Conflict):
    slug, title = "conditions-not-met", "不符合法定条件"


def gaps(application: Application, procedure: Procedure) -> list[FieldError]:
    """What the form and the documents lack."""
    content = application.content
    present = {*application.documents, *application.attached}
    missing = [
        FieldError("/documents", one.code, f"缺少{one.title}（{one.basis}）")
        for one in procedure.documents
        if one.belongs_to(application.items, is_direct=application.is_direct)
        and one.code not in present
    ]
    declared: list[FieldError] = []
    if isinstance(content, Qualification) and procedure.requires is not None:
        declared = undeclared(content.declared, procedure.requires)
    late = dates.too_old(content, procedure.consent, application.submitted_on)
    return [*content.missing(), *declared, *missing, *late]


def refuse_gaps(application: Application, procedure: Procedure) -> None:
    missing = gaps(application, procedure)
    if missing:
        raise Incomplete(f"尚缺 {len(missing)} 项", errors=missing)


async def refuse_unmet(uow: UnitOfWork, application: Application, rules: ApplicationRules) -> None:
    against = await unmet(uow, application, rules)
    if against:
        raise ConditionsNotMet(f"有 {len(against)} 项不符合", errors=against)


async def unmet(
    uow: UnitOfWork, application: Application, rules: ApplicationRules
) -> list[FieldError]:
    """Conditions of law that the body does not fulfil; by the register, not only by the form."""
    content = application.content
    if isinstance(content, Qualification):
        return await _unqualified(uow, application, rules)
    if isinstance(content, Cancellation):
        return await winding_up.findings(uow, application)
    demanded = rules.conditions.get(application.kind)
    if demanded is None:
        return []
    if isinstance(content, Change):
        organization = await _organization(uow, application)
        return await changing.unmet(uow, organization, content.changes, demanded)
    if not isinstance(content, Establishment):
        return []
    founding, head = content.founding(), content.representative()
    if demanded.several_bodies is not None and head is not None:
        elsewhere = await governance_repository.represents(
            uow.session, indexes_of(head.id_number), demanded.several_bodies.kinds
        )
        founding = replace(
            founding, representative_elsewhere=founding.representative_elsewhere or elsewhere
        )
    return findings(founding, demanded)


async def _unqualified(
    uow: UnitOfWork, application: Application, rules: ApplicationRules
) -> list[FieldError]:
    procedure = rules.procedure(application.kind, application.matter)
    if procedure is None or procedure.requires is None:
        return []
    organization = await _organization(uow, application)
    asked_on = application.submitted_on or uow.today
    return await candidates.unmet(uow, organization, asked_on, procedure.requires)


async def _organization(uow: UnitOfWork, application: Application) -> Organization:
    organization = await uow.session.get(Organization, application.organization_id)
    assert organization is not None
    return organization


async def found(uow: UnitOfWork, application: Application) -> list[FieldError]:
    """Everything that stands against the application now; nothing without usable rules."""
    try:
        rule_set = await rules_for(uow, application)
        procedure = timing.procedure_in(rule_set, application)
    except Problem:
        return []
    return [*gaps(application, procedure), *await unmet(uow, application, rule_set.parameters)]
