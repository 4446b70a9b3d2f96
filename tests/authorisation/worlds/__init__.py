"""How each service's world is made: one matter of each kind, and a request for each decision."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from liandong.definition import ServiceDefinition
from tests.authorisation.attempt import World
from tests.authorisation.worlds import credit_list, evaluation, funding, registry, supply_demand

BUILDERS: Final[Mapping[str, Callable[[ServiceDefinition, str], Awaitable[World]]]] = {
    "registry": registry.build,
    "evaluation": evaluation.build,
    "credit-list": credit_list.build,
    "supply-demand": supply_demand.build,
    "funding": funding.build,
}
