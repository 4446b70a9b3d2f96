"""What the rule sets of liquidation hold."""

from typing import Final

from liandong.rules.rule_set import Parameters, RuleSubject
from registry.supervision.clocks import Limit


class LiquidationRules(Parameters):
    """``registry.liquidations``."""

    group: Limit
    """Of the trigger: the group is formed."""
    application: Limit
    """Of the end: the body applies for its cancellation."""


LIQUIDATIONS: Final = RuleSubject("registry.liquidations", LiquidationRules, "社会组织清算")
