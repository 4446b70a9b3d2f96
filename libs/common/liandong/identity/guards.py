"""Checks that use cases share: own district, own organisation, two persons."""

from typing import ClassVar
from uuid import UUID

from liandong.identity.actors import Actor
from liandong.problems import Forbidden


class OtherDistrict(Forbidden):
    slug: ClassVar[str] = "other-district"
    title: ClassVar[str] = "不在管辖区域内"


class OtherOrganization(Forbidden):
    slug: ClassVar[str] = "other-organization"
    title: ClassVar[str] = "不是本组织的事项"


class TwoPersonRule(Forbidden):
    slug: ClassVar[str] = "two-person-rule"
    title: ClassVar[str] = "须由另一人办理"


def district_rule(actor: Actor, district: str) -> None:
    """An official acts inside the own district subtree only; otherwise raises OtherDistrict."""
    if not actor.may_act_in(district):
        own = actor.district or "未设置"
        raise OtherDistrict(f"事项所属区划 {district} 不在您的管辖区划（{own}）之内")


def own_organization(actor: Actor, organization_id: UUID) -> None:
    """An organisation acts for itself only; otherwise raises OtherOrganization."""
    if not actor.owns(organization_id):
        raise OtherOrganization("只能办理本组织的事项")


def two_persons(first_subject: str, actor: Actor, act: str) -> None:
    """Who took the first step may not take the second; otherwise raises TwoPersonRule.

    ``act`` names the second step in Chinese, e.g. "审批该处罚决定". There is no exception for any
    role. A missing subject on either side is refused: who did the first step must be known.
    """
    if not first_subject or not actor.subject:
        raise TwoPersonRule(f"无法确认提出人与办理人不是同一人，不得{act}")
    if first_subject == actor.subject:
        raise TwoPersonRule(f"提出人不得自行{act}，须由另一人办理")
