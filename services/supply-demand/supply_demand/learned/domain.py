"""Values of what was learned, as the other services write them."""

from supply_demand.states import Labelled


class OrganizationStatus(Labelled):
    ACTIVE = "active", "正常"
    SUSPENDED = "suspended", "限期停止活动"
    CANCELLED = "cancelled", "已注销"
    REVOKED = "revoked", "已撤销登记"


class GradeStatus(Labelled):
    IN_FORCE = "in_force", "有效"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已到期"
