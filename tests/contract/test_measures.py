"""What credit-list's catalogue asks of the services is what they can do."""

from importlib import import_module

import pytest

from credit_list.measures.catalogue import EFFECTS
from credit_list.measures.reports import APPLIED, LIFTED
from liandong.measures.obedience import Obedience


@pytest.mark.parametrize("service", sorted(EFFECTS))
def test_a_service_executes_what_the_catalogue_may_ask_of_it(service: str) -> None:
    package = service.replace("-", "_")
    obeying: Obedience = import_module(f"{package}.measures.obeying").OBEYING
    assert obeying.service == service
    assert obeying.effects == EFFECTS[service]


def test_every_executing_service_is_heard() -> None:
    assert {one.service() for one in APPLIED} == set(EFFECTS)
    assert {one.service() for one in LIFTED} == set(EFFECTS)
