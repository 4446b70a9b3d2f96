"""The generated documents are valid for the tools of those who integrate."""

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from liandong.contracts.definitions import definitions_of
from liandong.contracts.tree import generate
from liandong.settings import SERVICES

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return generate(definitions_of())


@pytest.fixture(scope="module")
def asyncapi(files: dict[str, str]) -> dict[str, Any]:
    return yaml.safe_load(files["asyncapi.yaml"])


def _openapi(files: dict[str, str], service: str) -> dict[str, Any]:
    return json.loads(files[f"openapi/{service}.json"])


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]


def test_asyncapi_satisfies_the_schema_of_asyncapi_3(asyncapi: dict[str, Any]) -> None:
    packed = Path(__file__).parent / "asyncapi" / "3.0.0.schema.json.gz"
    schema = json.loads(gzip.decompress(packed.read_bytes()))
    wrong = [error.json_path for error in Draft7Validator(schema).iter_errors(asyncapi)]
    assert not wrong


def test_every_reference_in_asyncapi_leads_somewhere(
    asyncapi: dict[str, Any], files: dict[str, str]
) -> None:
    for reference in _references(asyncapi):
        if reference.startswith("./"):
            assert reference.removeprefix("./") in files
            continue
        target: Any = asyncapi
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_every_service_has_its_channel_and_sends_on_it(asyncapi: dict[str, Any]) -> None:
    with_states = {one.name for one in definitions_of() if one.states}
    channels = {*SERVICES, *(f"{name}.state" for name in with_states)}
    assert set(asyncapi["channels"]) == channels
    for service in channels:
        assert asyncapi["channels"][service]["address"] == f"liandong.{service}"
        assert asyncapi["operations"][f"{service}.send"]["action"] == "send"


def test_the_headers_of_a_message_name_its_type(asyncapi: dict[str, Any]) -> None:
    for message in asyncapi["components"]["messages"].values():
        own = message["headers"]["allOf"][1]["properties"]
        assert own["ce_type"]["const"] == message["name"]
        assert "key" in message["bindings"]["kafka"]


def test_every_payload_schema_is_a_json_schema_that_tells_its_place(files: dict[str, str]) -> None:
    found = {
        name: json.loads(text)
        for name, text in files.items()
        if name.startswith(("events/", "states/"))
    }
    for name, schema in found.items():
        Draft202012Validator.check_schema(schema)
        facts = schema["x-liandong"]
        service, dot, _ = facts["topic"].removeprefix("liandong.").partition(".state")
        folder = "states" if dot else "events"
        assert name == f"{folder}/{service}/{facts['type']}.v{facts['version']}.json"
        key = facts["key"].rpartition(":")[2]  # of a state behind the kind of the aggregate
        assert {key, facts["subject_field"]} <= set(schema["properties"])
        assert facts["subject_field"] in schema["required"]
        assert schema["description"], f"{name}: the event's class needs a docstring"


@pytest.mark.parametrize("service", SERVICES)
def test_openapi_is_valid(service: str, files: dict[str, str]) -> None:
    document = _openapi(files, service)
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(_references(document)) - known == set(), "references that lead nowhere"
    wrong = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not wrong


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_chinese_summary(service: str, files: dict[str, str]) -> None:
    missing = [
        place
        for place, operation in _operations(_openapi(files, service))
        if not _CHINESE.search(operation.get("summary", ""))
    ]
    assert not missing


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_an_id_of_its_own(service: str, files: dict[str, str]) -> None:
    operations = _operations(_openapi(files, service))
    counts = Counter(operation.get("operationId") for _, operation in operations)
    assert counts.keys().isdisjoint({None})
    assert [name for name, times in counts.items() if times > 1] == []


def test_generating_twice_gives_the_same(files: dict[str, str]) -> None:
    assert generate(definitions_of()) == files


def _references(content: Any) -> list[str]:
    if isinstance(content, dict):
        own = [content["$ref"]] if "$ref" in content else []
        return own + [one for part in content.values() for one in _references(part)]
    if isinstance(content, list):
        return [one for part in content for one in _references(part)]
    return []
