"""Signatures: what holds, and everything that does not."""

import base64
import json

import pytest

from liandong.values.encryption import InvalidKey
from liandong.values.signing import SigningRing

OLD, NEW = ("2025", b"a" * 32), ("2026", b"b" * 32)
CLAIMS = {"as_of": "2026-03-02T01:00:00Z", "position": 7}


def ring(*keys: tuple[str, bytes], kind: str = "receipt") -> SigningRing:
    return SigningRing(keys or (NEW,), kind=kind)


def test_what_was_signed_is_read_again() -> None:
    read = ring().read(ring().sign(CLAIMS))
    assert (read.claims, read.key_id, read.fault) == (CLAIMS, "2026", None)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_sign_can_be_changed_unnoticed(part: int) -> None:
    signed = ring().sign(CLAIMS)
    start = sum(len(one) + 1 for one in signed.split(".")[:part])
    end = start + len(signed.split(".")[part])
    for place in range(start, end):
        other = "A" if signed[place] != "A" else "B"
        read = ring().read(signed[:place] + other + signed[place + 1 :])
        assert read.claims is None, place
        assert read.fault is not None


def test_after_a_rotation_the_new_key_signs_and_the_old_receipts_hold() -> None:
    before = ring(OLD).sign(CLAIMS)
    rotated = ring(NEW, OLD)
    assert rotated.read(before).key_id == "2025"
    assert rotated.read(rotated.sign(CLAIMS)).key_id == "2026"


def test_of_an_old_key_the_public_half_is_enough() -> None:
    before = ring(OLD)
    [key] = before.jwks()
    public = base64.urlsafe_b64decode(key["x"] + "=")
    kept = SigningRing([NEW], [("2025", public)], kind="receipt")
    assert kept.read(before.sign(CLAIMS)).claims == CLAIMS
    assert [one["kid"] for one in kept.jwks()] == ["2026", "2025"]


def test_a_key_that_is_gone_is_said_to_be_unknown() -> None:
    assert ring(NEW).read(ring(OLD).sign(CLAIMS)).fault == "unknown-key"


def test_a_signature_for_another_purpose_is_none() -> None:
    assert ring().read(ring(kind="certificate").sign(CLAIMS)).fault == "malformed"


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "ä.ö.ü",
        "e30.e30.e30",
        "." * 9000,
        "W10.W10.",
        "[" * 8000,
        "\ud800..",
    ],
)
def test_rubbish_is_no_receipt_and_no_error(rubbish: str) -> None:
    assert ring().read(rubbish).fault == "malformed"


def test_another_algorithm_is_refused() -> None:
    _, claims, signature = ring().sign(CLAIMS).split(".")
    for changed in ({"alg": "none"}, {"alg": "HS256"}, {"crit": ["x"]}):
        head = {"alg": "EdDSA", "kid": "2026", "typ": "receipt"} | changed
        part = base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip("=")
        assert ring().read(f"{part}.{claims}.{signature}").fault == "malformed"


@pytest.mark.parametrize(
    ("configured", "why"),
    [
        ([], "未配置签名密钥"),
        (["no-colon"], "格式应为"),
        (["2026:!!"], "无法识别"),
        (["2026:QUFB"], "长度应为32字节"),
        (["ä:" + base64.b64encode(b"a" * 32).decode()], "编号重复，或含有"),
        ([f"2026:{base64.b64encode(b'a' * 32).decode()}"] * 2, "编号重复"),
    ],
)
def test_a_key_that_cannot_be_used_is_explained(configured: list[str], why: str) -> None:
    with pytest.raises(InvalidKey, match=why):
        SigningRing.from_settings(configured, kind="receipt")


def test_the_key_of_development_outlives_a_restart() -> None:
    signed = SigningRing.for_development("k:1", kind="receipt").sign(CLAIMS)
    assert SigningRing.for_development("k:1", kind="receipt").read(signed).claims == CLAIMS
    assert SigningRing.for_development("k:2", kind="receipt").read(signed).fault == "altered"
    assert SigningRing.for_development(None, kind="receipt").read(signed).fault == "altered"
