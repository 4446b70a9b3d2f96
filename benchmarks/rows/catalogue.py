"""Every row, in the order of the table."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from benchmarks.report import Row
from benchmarks.rows import (
    blacklisting_to_refusal,
    capacity,
    consumer_projection,
    credit_bulk_check,
    credit_check,
    eligibility,
    idle_memory,
    inspection_rush,
    listing_to_measure,
    read_by_credit_code,
    register_organization,
    registry_figures,
    registry_import,
    registry_search,
    relay_beside_cdc,
    relay_drain_memory,
    relay_to_kafka,
    relay_with_states,
)
from benchmarks.servers import Stage

_MODULES = (
    read_by_credit_code,
    register_organization,
    relay_to_kafka,
    relay_with_states,
    relay_beside_cdc,
    consumer_projection,
    blacklisting_to_refusal,
    listing_to_measure,
    eligibility,
    idle_memory,
    relay_drain_memory,
    registry_search,
    registry_figures,
    registry_import,
    inspection_rush,
    credit_check,
    credit_bulk_check,
    capacity,
)
ROWS: Final[Mapping[str, Callable[[Stage], Awaitable[list[Row]]]]] = {
    module.NAME: module.run for module in _MODULES
}
