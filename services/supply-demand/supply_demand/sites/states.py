"""The latest state of every site (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from supply_demand.sites.domain import Status
from supply_demand.sites.models import Site


class SiteState(State):
    """服务站点, while its recognition stands."""

    type: ClassVar[str] = "cn.liandong.supply-demand.site.state"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    organization_id: UUID = Field(description="运营单位")
    district: str = Field(description="行政区划代码")
    kind: str = Field(description="call_center、service_center、service_station")
    recognized_on: date
    rule_set: str


def _told(site: Site) -> SiteState | None:
    if site.status is not Status.RECOGNIZED:
        return None
    return SiteState(
        site_id=site.id,
        organization_id=site.organization_id,
        district=site.district,
        kind=site.kind.value,
        recognized_on=site.recognized_on,
        rule_set=site.rule_set,
    )


SITE_STATES = StateKind(SiteState, Site, _told)
