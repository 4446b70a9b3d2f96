"""注销 after 清算: what the register knows of a liquidation that has not ended."""

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from registry.applications.domain import Matter
from registry.applications.models import Application
from registry.liquidations import repository
from registry.liquidations.rules import LIQUIDATIONS, LiquidationRules


async def findings(uow: UnitOfWork, application: Application) -> list[FieldError]:
    """A body is cancelled when its liquidation has ended, by the article for its legal type."""
    if application.matter is not Matter.CANCELLATION or application.organization_id is None:
        return []
    one = await repository.unended_of(uow.session, application.organization_id)
    if one is None:
        return []
    found = await uow.rules(LIQUIDATIONS, one.authority, one.triggered_on)
    rules: LiquidationRules = found.parameters
    article = rules.cancellation.get(application.kind)
    basis = f"（{article}）" if article else ""
    told = f"清算现为“{one.status.label}”，清算结束后方可办理注销登记{basis}"
    return [FieldError("/liquidation_ended_on", "liquidation-not-ended", told)]
