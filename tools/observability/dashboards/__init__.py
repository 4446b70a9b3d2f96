"""The dashboards, one module each, in the order in which one looks at them."""

from collections.abc import Callable, Mapping
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability.dashboards import credit, database, events, partners, platform, service

DASHBOARDS: Final[Mapping[str, Callable[[], Dashboard]]] = {
    "platform": platform.dashboard,
    "service": service.dashboard,
    "events": events.dashboard,
    "database": database.dashboard,
    "credit": credit.dashboard,
    "partners": partners.dashboard,
}
"""By the name of the file, and behind ``liandong-`` by the identifier in Grafana."""
