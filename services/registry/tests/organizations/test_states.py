"""The latest states of organisations: what events tell and what the tables say are the same."""

from liandong.testing.services import ServiceUnderTest
from liandong.testing.states import rebuilt, recording
from services.registry.tests.organizations.test_organizations import register
from services.registry.tests.standing import suspended


async def test_the_state_follows_the_register_and_a_rebuild_says_the_same(
    registry: ServiceUnderTest,
) -> None:
    broker = recording(registry)
    first, second = [(await register(registry, number)).json() for number in (1, 2)]
    await suspended(registry, first, "2026-06-01")
    await registry.settle()
    told = broker.latest
    assert set(told) == {f"organization:{one['id']}" for one in (first, second)}
    state = told[f"organization:{first['id']}"]
    assert state.fields is not None
    assert state.fields["status"] == "suspended"
    assert "suspended_until" not in state.fields
    assert "张三丰" not in str(told)
    assert await rebuilt(registry) == told
