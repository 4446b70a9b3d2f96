"""What the rule sets of liquidation hold."""

from typing import Annotated, Final

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject
from registry.organizations.domain import Kind
from registry.supervision.clocks import Limit


class LiquidationRules(Parameters):
    """``registry.liquidations``."""

    group: Limit
    """Of the trigger: the group is formed."""
    application: Limit
    """Of the end: the body applies for its cancellation."""
    cancellation: dict[Kind, Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=dict
    )
    """The article by which a body is liquidated before it is cancelled, by legal type."""


LIQUIDATIONS: Final = RuleSubject("registry.liquidations", LiquidationRules, "社会组织清算")
