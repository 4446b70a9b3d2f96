"""Terms of office: re-election, extension, the certificate that bridges a gap."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.values.working_days import load
from registry.applications.establishment import OfficerEntry
from registry.governance import officers, repository
from registry.governance.domain import (
    Ending,
    election_errors,
    extended_at_most,
    temporary_until,
)
from registry.governance.events import TemporaryCertificateIssued, TermBegun, TermExtended
from registry.governance.models import TermOfOffice
from registry.governance.rules import GOVERNANCE, GovernanceRules
from registry.governance.schemas import ElectionFiling, Extension, TemporaryCertificate
from registry.organizations import recording
from registry.organizations import repository as organization_repository
from registry.organizations import service as organizations
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization


class NoTerm(Conflict):
    slug, title = "no-term", "没有届期的记录"


class AlreadyExtended(Conflict):
    slug, title = "term-already-extended", "本届已经延期"


class TermStillRuns(Conflict):
    slug, title = "term-still-runs", "届期未满"


class TemporaryCertificateUsed(Conflict):
    slug, title = "temporary-certificate-used", "本届已发给临时证书"


class NotAudited(Conflict):
    slug, title = "not-audited", "换届前应当进行财务审计"


async def at_hand(uow: UnitOfWork, organization_id: UUID, version: int) -> Organization:
    """The living organisation, locked, as the official of its district has it at hand."""
    organization = await organization_repository.lock(uow, organization_id)
    organization.expect(version)
    district_rule(uow.actor, organization.district)
    if organization.status not in LIVING:
        raise IllegalTransition(
            f"当前状态为“{organization.status.label}”，不能办理",
            extra={"current_status": organization.status.value},
        )
    return organization


async def rules_for(uow: UnitOfWork, organization: Organization) -> RuleSet[GovernanceRules]:
    return await uow.rules(GOVERNANCE, organization.district)


async def begin(
    uow: UnitOfWork,
    organization: Organization,
    founders: Sequence[OfficerEntry],
    representative: int | None,
) -> None:
    """The first term, of a body that has just been established: its certificate's term."""
    start, end = organization.term_from, organization.term_until
    assert start is not None
    assert end is not None
    rule_set = await rules_for(uow, organization)
    term = TermOfOffice(
        id=uuid7(),
        organization_id=organization.id,
        number=1,
        elected_on=organization.registered_on,
        starts_on=start,
        ends_on=end,
        filed_on=uow.today,
        is_late=False,
        audited=False,
        exceptions="",
        found=[],
        rule_set=rule_set.reference,
    )
    posts = officers.holdings(organization.id, term.id, founders, representative, start)
    uow.session.add_all([term, *posts])


async def elect(
    uow: UnitOfWork, organization_id: UUID, version: int, body: ElectionFiling
) -> tuple[Organization, TermOfOffice]:
    """换届结果备案: the officers of the term before leave, those of the list come."""
    organization = await at_hand(uow, organization_id, version)
    rule_set = await rules_for(uow, organization)
    rules = rule_set.parameters
    term_rule = rules.terms.get(organization.kind)
    if term_rule is None:
        raise Conflict("现行规则没有规定该类组织的届期")
    before = await repository.latest_term(uow.session, organization.id)
    election = body.election()
    errors = list(election_errors(election, before and before.election(), term_rule, uow.today))
    if errors:
        raise Invalid(errors[0].message, errors)
    if term_rule.audited and not body.audited:
        raise NotAudited(f"换届前应当进行财务审计（{term_rule.basis}）")
    term = TermOfOffice(
        id=uuid7(),
        organization_id=organization.id,
        filed_on=uow.today,
        number=body.number,
        elected_on=body.elected_on,
        starts_on=body.term_from,
        ends_on=body.term_until,
        is_late=uow.today > rules.filing.last_day(body.elected_on, load().assuming_weekends()),
        audited=body.audited,
        exceptions=body.exceptions,
        rule_set=rule_set.reference,
    )
    posts = officers.holdings(
        organization.id, term.id, body.officers, body.legal_representative, body.term_from
    )
    term.found = await officers.check(uow, organization, posts, body.exceptions)
    for one in await repository.open_posts(uow.session, organization.id):
        one.ended_on = max(one.starts_on, body.term_from - timedelta(days=1))
        one.ending = Ending.TERM_ENDED
    uow.session.add_all([term, *posts])
    organizations.set_term(uow, organization, body.term_from, body.term_until)
    event = TermBegun(
        **organization.facts(),
        number=term.number,
        elected_on=term.elected_on,
        term_from=term.starts_on,
        term_until=term.ends_on,
        is_late=term.is_late,
    )
    uow.publish(event, of=organization)
    recording.record(uow, organization, "term-begun", number=term.number)
    return organization, term


async def extend(
    uow: UnitOfWork, organization_id: UUID, version: int, body: Extension
) -> tuple[Organization, TermOfOffice]:
    """延期换届: once, and not beyond what the rules allow."""
    organization = await at_hand(uow, organization_id, version)
    rules = (await rules_for(uow, organization)).parameters
    term = await _current(uow, organization)
    if term.extended_until is not None:
        raise AlreadyExtended(f"已延期至{term.extended_until}")
    most = extended_at_most(term.ends_on, rules)
    if not term.ends_on < body.until <= most:
        told = f"应晚于届期的截止日{term.ends_on}，不晚于{most}（{rules.extension_basis}）"
        raise Invalid(told, [FieldError("/until", "out-of-range", told)])
    term.extended_until = body.until
    organizations.set_term(uow, organization, term.starts_on, body.until)
    event = TermExtended(**organization.facts(), number=term.number, term_until=body.until)
    uow.publish(event, of=organization)
    recording.record(uow, organization, "term-extended", until=body.until, reason=body.reason)
    return organization, term


async def issue_temporary(
    uow: UnitOfWork, organization_id: UUID, version: int, body: TemporaryCertificate
) -> tuple[Organization, TermOfOffice]:
    """临时证书: once for a term that has run out without a re-election."""
    organization = await at_hand(uow, organization_id, version)
    rules = (await rules_for(uow, organization)).parameters
    term = await _current(uow, organization)
    if term.temporary_certificate_from is not None:
        raise TemporaryCertificateUsed(f"已于{term.temporary_certificate_from}发给临时证书")
    ran_out = term.extended_until or term.ends_on
    if uow.today <= ran_out:
        raise TermStillRuns(f"届期至{ran_out}，期满后方可发给临时证书（{rules.temporary_basis}）")
    if body.starts_on > uow.today:
        told = "证书有效期的起始日不能晚于今日"
        raise Invalid(told, [FieldError("/starts_on", "in-the-future", told)])
    if body.starts_on <= ran_out:
        told = f"证书有效期的起始日应晚于届期的截止日{ran_out}"
        raise Invalid(told, [FieldError("/starts_on", "too-early", told)])
    term.temporary_certificate_from = body.starts_on
    until = temporary_until(body.starts_on, rules)
    organizations.set_certificate(uow, organization, body.starts_on, until)
    event = TemporaryCertificateIssued(
        **organization.facts(), certificate_from=body.starts_on, certificate_until=until
    )
    uow.publish(event, of=organization)
    recording.record(
        uow, organization, "temporary-certificate-issued", until=until, reason=body.reason
    )
    return organization, term


async def _current(uow: UnitOfWork, organization: Organization) -> TermOfOffice:
    term = await repository.latest_term(uow.session, organization.id)
    if term is None:
        raise NoTerm("请先办理换届结果备案")
    return term
