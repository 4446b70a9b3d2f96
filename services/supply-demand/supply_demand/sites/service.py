"""Use cases of sites: load under lock, decide, save, publish."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from supply_demand.learned import repository as learned
from supply_demand.learned.domain import OrganizationStatus
from supply_demand.sites import repository
from supply_demand.sites.domain import SITES, Action, Status, advance
from supply_demand.sites.events import SiteRecognized, SiteWithdrawn
from supply_demand.sites.models import Site
from supply_demand.sites.schemas import ChangeSite, RecognizeSite


class CodeTaken(Conflict):
    slug, title = "site-code-taken", "该站点编号已被使用"


class OperatorNotFit(Conflict):
    slug, title = "operator-not-fit", "运营单位不符合要求"


async def recognize(uow: UnitOfWork, body: RecognizeSite) -> Site:
    """认定, by the rules of the day of recognition; the operator must be known and active."""
    district_rule(uow.actor, body.district)
    if body.recognized_on > uow.today:
        said = "认定日期不能晚于今日"
        raise Invalid(said, [FieldError("/recognized_on", "in-the-future", said)])
    rule_set = await uow.rules(SITES, body.district, body.recognized_on)
    if body.kind.value not in rule_set.parameters.kinds:
        raise Invalid(
            "本地不认定这一类站点", [FieldError("/kind", "not-offered", "不认定此类站点")]
        )
    await _fit_operator(uow, body.organization_id)
    site = Site(
        **body.model_dump(),
        id=uuid7(),
        version=0,
        recognized_by=uow.actor.subject,
        status=Status.RECOGNIZED,
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(site)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_site_code":
            raise CodeTaken(f"站点编号 {body.code} 已被使用") from None
        raise
    event = SiteRecognized(
        site_id=site.id,
        organization_id=site.organization_id,
        district=site.district,
        kind=site.kind.value,
        recognized_on=site.recognized_on,
        rule_set=site.rule_set,
    )
    uow.publish(event, of=site)
    _record(uow, site, "recognized", code=site.code, kind=site.kind, rule_set=site.rule_set)
    return site


async def change(uow: UnitOfWork, site_id: UUID, version: int, body: ChangeSite) -> Site:
    """Corrects what decides nothing: name and address."""
    site = await _own(uow, site_id, version)
    site.status = advance(site.status, Action.EDIT)
    given = body.model_dump(exclude_unset=True)
    changed = sorted(name for name, value in given.items() if getattr(site, name) != value)
    for name in changed:
        setattr(site, name, given[name])
    if changed:
        site.touch(uow.now)
        _record(uow, site, "changed", items=changed)
    return site


async def withdraw(uow: UnitOfWork, site_id: UUID, version: int, reason: str) -> Site:
    site = await _own(uow, site_id, version)
    site.status = advance(site.status, Action.WITHDRAW)
    site.withdrawn_on = uow.today
    site.withdrawn_reason = reason
    event = SiteWithdrawn(
        site_id=site.id,
        organization_id=site.organization_id,
        district=site.district,
        kind=site.kind.value,
        reason=reason,
        withdrawn_on=uow.today,
    )
    uow.publish(event, of=site)
    _record(uow, site, "withdrawn", reason=reason)
    return site


async def _own(uow: UnitOfWork, site_id: UUID, version: int) -> Site:
    site = await repository.lock(uow, site_id)
    site.expect(version)
    district_rule(uow.actor, site.district)
    return site


async def _fit_operator(uow: UnitOfWork, organization_id: UUID) -> None:
    known = await learned.find(uow.session, organization_id)
    if known is None:
        raise OperatorNotFit("运营单位不是平台已知的社会组织")
    if known.status is not OrganizationStatus.ACTIVE:
        raise OperatorNotFit(f"运营单位{known.name}{known.status.label}")


def _record(uow: UnitOfWork, site: Site, fact: str, **details: object) -> None:
    uow.record(
        f"site.{fact}",
        "site",
        site.id,
        district=site.district,
        organization_id=site.organization_id,
        **details,
    )
