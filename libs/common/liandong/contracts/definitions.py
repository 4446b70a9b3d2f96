"""The services of the platform, found by name: the shared library imports none of them."""

import importlib
from collections.abc import Iterable, Sequence

from liandong.definition import ServiceDefinition
from liandong.settings import SERVICES


class ServiceMissing(RuntimeError):
    """A service is not installed in this environment."""


def definition_of(service: str) -> ServiceDefinition:
    """What ``service`` is made of; raises :class:`ServiceMissing`."""
    module = f"{service.replace('-', '_')}.app"
    try:
        return importlib.import_module(module).DEFINITION
    except ModuleNotFoundError as error:
        if error.name not in (module, module.partition(".")[0]):
            raise
        raise ServiceMissing(f"没有安装服务 {service}（找不到模块 {module}）") from None


def definitions_of(services: Iterable[str] = SERVICES) -> list[ServiceDefinition]:
    return [definition_of(service) for service in services]


def installed(services: Sequence[str] = SERVICES) -> list[ServiceDefinition]:
    """The definitions of those services that are here."""
    found: list[ServiceDefinition] = []
    for service in services:
        try:
            found.append(definition_of(service))
        except ServiceMissing:
            continue
    return found
