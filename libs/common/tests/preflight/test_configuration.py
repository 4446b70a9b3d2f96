"""What the settings alone tell: each missing secret, each value that cannot be meant."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from liandong.preflight.configuration import findings
from liandong.preflight.findings import EXIT_CODES
from liandong.settings import Settings
from liandong.testing.probe import PROBE, mirror_definition

COMPLETE = {
    "service": "probe",
    "environment": "production",
    "database_url": "postgresql://probe:secret@db:5432/probe",
    "oidc_issuer": "https://id.example.gov.cn",
    "client_id": "service-probe",
    "client_secret": SecretStr("s"),
    "encryption_keys": (SecretStr("k:x"),),
    "receipt_keys": (SecretStr("k:x"),),
    "storage": "file:///files",
    "service_urls": {"credit-list": "https://credit-list"},
}
SERVICE = replace(PROBE, keeps_files=True, receipts="receipt", asks=["credit-list"])


def told(**changed: object) -> dict[str, str]:
    found = findings(SERVICE, Settings(**{**COMPLETE, **changed}))
    return {one.check: one.told for one in found if one.exit_code == EXIT_CODES["settings"]}


def test_complete_settings_are_fit() -> None:
    assert told() == {}


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("encryption_keys", ()),
        ("receipt_keys", ()),
        ("client_id", ""),
        ("client_secret", SecretStr("")),
        ("storage", ""),
        ("service_urls", {}),
    ],
)
def test_each_missing_secret_is_named_in_production_only(name: str, empty: object) -> None:
    [(check, sentence)] = told(**{name: empty}).items()
    assert check == f"settings.{name.replace('_', '-')}"
    assert f"LIANDONG_{name.upper()}" in sentence
    assert told(**{name: empty}, environment="staging") == {}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("database_url", "registry"),
        ("database_url", "postgresql://h:port/x"),
        ("oidc_issuer", "id.example.gov.cn"),
        ("oidc_issuer", "http://127.0.0.1:8080"),
        ("oidc_algorithms", ("HS256", "none")),
        ("topic_prefix", "城 "),
        ("rate_limit", "many"),
    ],
)
def test_a_value_that_cannot_be_meant_is_one_sentence(name: str, wrong: object) -> None:
    [sentence] = told(**{name: wrong}).values()
    assert f"LIANDONG_{name.upper()}" in sentence


def test_with_the_feed_every_service_that_is_read_needs_an_address() -> None:
    settings = Settings(**{**COMPLETE, "service": "mirror", "service_urls": {}})
    [one] = findings(mirror_definition(), settings)
    assert one.told.endswith("：probe")
    kafka = settings.model_copy(update={"transport": "kafka"})
    assert [one.exit_code for one in findings(mirror_definition(), kafka)] == [0]
