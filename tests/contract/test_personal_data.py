"""Published payloads carry ids, codes and decisions: no field that could hold personal data."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from liandong.contracts.definitions import definitions_of
from liandong.contracts.events import event_schema
from liandong.events.contract import Event

EVENTS = [
    event
    for definition in definitions_of()
    for event in (*definition.events, *(kind.state for kind in definition.states))
]

_SUSPICIOUS = re.compile(
    r"(^|_)(name|names|title|phone|mobile|tel|telephone|fax|e?mail|wechat|qq|address|addr|"
    r"id_?card|id_?number|identity|passport|birth|birthday|born|age|gender|sex|ethnic\w*|"
    r"contact|contacts|person|people|representative|principal|applicant|officer|member|members|"
    r"bank|account|card|password|secret|token|signature|photo|note|notes|comment|remark|remarks|"
    r"free_text|by)(_|$)"
)
_ALLOWED = {
    "name": "the name of the organisation, which is public",
    "organization_name": "the same",
    "title": "the title of a tender, demand or site, which is public",
}
"""Names that look like personal data and are not, with the reason; lengthen it with care."""


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, one in schema.get("properties", {}).items():
        yield name
        yield from _fields(one)
    for group in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for one in schema.get(group, ()):
            yield from _fields(one)
    for one in schema.get("$defs", {}).values():
        yield from _fields(one)
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), Mapping):
            yield from _fields(schema[part])


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.type)
def test_a_payload_has_no_field_for_personal_data(event: type[Event]) -> None:
    suspicious = {
        name
        for name in _fields(event_schema(event))
        if _SUSPICIOUS.search(name) and name not in _ALLOWED
    }
    assert not suspicious, f"{event.type} has {sorted(suspicious)}"


@pytest.mark.parametrize(
    "name",
    ["contact_phone", "legal_representative", "id_number", "home_address", "person_name", "email"],
)
def test_the_watch_knows_the_usual_names(name: str) -> None:
    assert _SUSPICIOUS.search(name)


@pytest.mark.parametrize(
    "name", ["organization_id", "district", "grade", "amount_fen", "status", "village_code", "kind"]
)
def test_the_watch_lets_codes_and_decisions_pass(name: str) -> None:
    assert not _SUSPICIOUS.search(name)
