"""Use cases of offers: load under lock, decide, save, record."""

from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import FieldError, Invalid
from liandong.values.districts import ROOT
from supply_demand.eligibility import service as eligibility
from supply_demand.learned import repository as learned
from supply_demand.offers import repository
from supply_demand.offers.domain import Action, Status, advance
from supply_demand.offers.models import Offer
from supply_demand.offers.schemas import ChangeOffer, DraftOffer
from supply_demand.taxonomy.domain import TAXONOMY, check


async def draft(uow: UnitOfWork, body: DraftOffer) -> Offer:
    """A draft of an offer; an organisation that is not eligible is refused with the reasons."""
    organization_id = _for_whom(uow.actor, body.organization_id)
    await _may_act_for(uow, organization_id)
    found = await eligibility.require(uow, organization_id)
    await _check_class(uow, organization_id, body.service_class)
    offer = Offer(
        **body.model_dump(exclude={"organization_id"}),
        id=uuid7(),
        version=0,
        organization_id=organization_id,
        status=Status.DRAFT,
        rule_set=found.rule_set,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(offer)
    _changed(uow, offer, "drafted")
    return offer


async def change(uow: UnitOfWork, offer_id: UUID, version: int, body: ChangeOffer) -> Offer:
    offer = await _own(uow, offer_id, version)
    offer.status = advance(offer.status, Action.EDIT)
    given = body.model_dump(exclude_unset=True)
    changed = sorted(name for name, value in given.items() if getattr(offer, name) != value)
    if not changed:
        return offer
    if "service_class" in changed:
        await _check_class(uow, offer.organization_id, given["service_class"])
    for name in changed:
        setattr(offer, name, given[name])
    _changed(uow, offer, "changed", items=changed)
    return offer


async def publish(uow: UnitOfWork, offer_id: UUID, version: int) -> Offer:
    offer = await _own(uow, offer_id, version)
    offer.status = advance(offer.status, Action.PUBLISH)
    found = await eligibility.require(uow, offer.organization_id)
    offer.rule_set = found.rule_set
    offer.ended_reason = None
    _changed(uow, offer, "published")
    return offer


async def withdraw(uow: UnitOfWork, offer_id: UUID, version: int, reason: str) -> Offer:
    offer = await _own(uow, offer_id, version)
    offer.status = advance(offer.status, Action.WITHDRAW)
    offer.ended_reason = reason
    _changed(uow, offer, "withdrawn", reason=reason)
    return offer


def _for_whom(actor: Actor, organization_id: UUID | None) -> UUID:
    found = organization_id or actor.organization_id
    if found is None:
        raise Invalid(
            "请填写提供服务的社会组织",
            [FieldError("/organization_id", "missing", "此项必填")],
        )
    return found


async def _may_act_for(uow: UnitOfWork, organization_id: UUID) -> None:
    """A clerk of the organisation's district, or the organisation itself."""
    if not uow.actor.has(Role.CLERK):
        own_organization(uow.actor, organization_id)
    elif not uow.actor.owns(organization_id):
        known = await learned.find(uow.session, organization_id)
        if known is not None:
            district_rule(uow.actor, known.district)


async def _own(uow: UnitOfWork, offer_id: UUID, version: int) -> Offer:
    offer = await repository.lock(uow, offer_id)
    await _may_act_for(uow, offer.organization_id)
    offer.expect(version)
    return offer


async def _check_class(uow: UnitOfWork, organization_id: UUID, service_class: str) -> None:
    known = await learned.find(uow.session, organization_id)
    rule_set = await uow.rules(TAXONOMY, known.district if known else ROOT)
    check(rule_set.parameters, service_class)


def _changed(uow: UnitOfWork, offer: Offer, fact: str, **details: object) -> None:
    offer.touch(uow.now)
    uow.record(
        f"offer.{fact}",
        "offer",
        offer.id,
        district=offer.districts[0],
        organization_id=offer.organization_id,
        **details,
    )
