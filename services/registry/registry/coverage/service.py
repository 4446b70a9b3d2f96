"""Use cases of coverage."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from liandong.values.districts import subtree_prefix
from registry.coverage import repository
from registry.coverage.domain import Setting, Share
from registry.coverage.events import CommunityCountRecorded, HubCoverageChanged
from registry.coverage.models import CommunityCount, HubCoverage
from registry.coverage.schemas import ChangeCoverage, RecordCount
from registry.hubs import repository as hubs
from registry.hubs.models import HubRoll
from registry.hubs.service import BodyEnded, NotAHub
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization


class CoveredAlready(Conflict):
    slug, title = "covered-already", "该社区在这段时间已由该组织覆盖"


class OtherSetting(Conflict):
    slug, title = "other-setting", "该社区已按另一类（城市、农村）填报"


async def change(
    uow: UnitOfWork, hub_id: UUID, version: int, body: ChangeCoverage
) -> tuple[HubRoll, list[str], list[str]]:
    """The hub serves more or fewer communities from a day on; the day may lie in the past."""
    hub = (await hubs.lock_organizations(uow, (hub_id,))).get(hub_id)
    if hub is None:
        raise NotFound("没有这家社会组织")
    district_rule(uow.actor, hub.district)
    roll = await hubs.lock_roll(uow, hub_id)
    if roll.version != version:
        raise PreconditionFailed(
            f"成员名册当前版本为 {roll.version}，请求所依据的版本为 {version}",
            extra={"current_version": roll.version},
        )
    _check(uow, hub, body)
    known = await repository.every(uow.session, hub_id)
    dropped = _drop(known, body)
    await uow.session.flush()
    added = [
        *await _add(uow, hub_id, known, body.add_urban, body.on, urban=True),
        *await _add(uow, hub_id, known, body.add_rural, body.on, urban=False),
    ]
    facts = {"organization_id": hub_id, "district": hub.district, "on": body.on}
    added.sort()
    uow.publish(HubCoverageChanged(**facts, added=added, dropped=dropped), of=roll)
    uow.record(
        "hub.coverage-changed", "hub", hub_id, district=hub.district, added=added, dropped=dropped
    )
    return roll, added, dropped


async def record_count(uow: UnitOfWork, body: RecordCount) -> CommunityCount:
    """An entry beside the earlier ones: what was told before can still be read."""
    district_rule(uow.actor, body.district)
    if body.year > uow.today.year:
        raise _wrong("/year", "in-the-future", "不能晚于本年")
    made = CommunityCount(
        id=uuid7(),
        version=0,
        **body.model_dump(),
        entered_by=uow.actor.subject,
        entered_on=uow.today,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    uow.publish(CommunityCountRecorded(**made.facts()), of=made)
    uow.record(
        "community-count.recorded", "community-count", made.id, district=made.district,
        year=made.year, urban=made.urban, rural=made.rural,
    )  # fmt: skip
    return made


async def share(
    uow: UnitOfWork, district: str, on: date, setting: Setting
) -> tuple[Share, int, CommunityCount | None]:
    """The share on a day, how many hubs it takes, and the number of communities it is of."""
    hubs_there, communities = await repository.covered(uow.session, district, on, setting)
    count = await repository.count_for(uow.session, district, on.year)
    total = None
    if count is not None:
        by_setting = {Setting.URBAN: count.urban, Setting.RURAL: count.rural}
        total = by_setting.get(setting, count.urban + count.rural)
    return Share(communities, total), hubs_there, count


def _check(uow: UnitOfWork, hub: Organization, body: ChangeCoverage) -> None:
    if not hub.is_hub:
        raise NotAHub()
    if hub.status not in LIVING:
        raise BodyEnded(f"“{hub.name}”已注销或者被撤销")
    if not hub.registered_on <= body.on <= uow.today:
        raise _wrong("/on", "out-of-range", "应在该组织登记（备案）之日与今日之间")
    every = [*body.add_urban, *body.add_rural, *body.drop]
    if not every:
        raise _wrong("/add_urban", "missing", "没有填写要增加或减少的社区")
    if len(every) != len({*every}):
        raise _wrong("/add_urban", "twice", "同一社区填写了两次")
    prefix = subtree_prefix(hub.district)[:4]
    outside = [code for code in every if not code.startswith(prefix)]
    if outside:
        raise _wrong("/add_urban", "other-city", f"社区 {outside[0]} 不在该组织所在的市")


def _drop(known: Sequence[HubCoverage], body: ChangeCoverage) -> list[str]:
    rows: dict[str, HubCoverage] = {
        one.community: one for one in known if one.covered_until is None
    }
    for code in body.drop:
        row = rows.get(code)
        if row is None:
            raise _wrong("/drop", "not-covered", f"该组织现在没有覆盖社区 {code}")
        if body.on < row.covered_from:
            raise _wrong("/on", "too-early", f"不能早于开始覆盖社区 {code} 之日")
        row.covered_until = body.on
    return sorted(body.drop)


async def _add(
    uow: UnitOfWork,
    hub_id: UUID,
    known: Sequence[HubCoverage],
    codes: list[str],
    on: date,
    *,
    urban: bool,
) -> list[str]:
    if not codes:
        return []
    other = await repository.otherwise(uow.session, codes, urban=urban)
    if other:
        raise OtherSetting(f"社区 {'、'.join(other[:5])}", extra={"communities": list(other)})
    taken = {one.community for one in known if one.covered_until is None or one.covered_until > on}
    twice = sorted(taken.intersection(codes))
    if twice:
        raise CoveredAlready(f"社区 {'、'.join(twice[:5])}", extra={"communities": twice})
    uow.session.add_all(
        HubCoverage(id=uuid7(), hub_id=hub_id, community=code, is_urban=urban, covered_from=on)
        for code in codes
    )
    return codes


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])
