"""What stands against an application: what it lacks, and conditions that do not hold."""

from dataclasses import replace

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError, Problem
from registry.applications import timing
from registry.applications.conditions import findings
from registry.applications.content import Establishment
from registry.applications.models import Application
from registry.applications.rules import ApplicationRules, Procedure, When
from registry.applications.timing import rules_for
from registry.governance import repository as governance_repository
from registry.governance.officers import indexes_of


class Incomplete(Conflict):
    slug, title = "application-incomplete", "申请材料不齐全或者填写不完整"


def gaps(application: Application, procedure: Procedure) -> list[FieldError]:
    """What the form and the documents lack."""
    passed = When.DUAL if application.is_direct else When.DIRECT
    present = {*application.documents, *application.attached}
    missing = [
        FieldError("/documents", one.code, f"缺少{one.title}（{one.basis}）")
        for one in procedure.documents
        if one.when is not passed and one.code not in present
    ]
    return [*application.content.missing(), *missing]


def refuse_gaps(application: Application, procedure: Procedure) -> None:
    missing = gaps(application, procedure)
    if missing:
        raise Incomplete(f"尚缺 {len(missing)} 项", errors=missing)


async def unmet(
    uow: UnitOfWork, application: Application, rules: ApplicationRules
) -> list[FieldError]:
    """Conditions of law that the body does not fulfil; by the register, not only by the form."""
    content = application.content
    demanded = rules.conditions.get(application.kind)
    if demanded is None or not isinstance(content, Establishment):
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


async def found(uow: UnitOfWork, application: Application) -> list[FieldError]:
    """Everything that stands against the application now; nothing without usable rules."""
    try:
        rule_set = await rules_for(uow, application)
        procedure = timing.procedure_in(rule_set, application)
    except Problem:
        return []
    return [*gaps(application, procedure), *await unmet(uow, application, rule_set.parameters)]
