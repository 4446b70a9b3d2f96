"""One check and many: what is answered, what it is worth, who is on record."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from credit_list.app import DEFINITION
from credit_list.checks.rules import QUESTIONS
from liandong.events.feed import write_cursor
from liandong.identity.actors import Role
from liandong.testing.services import bearer
from liandong.values.credit_code import make
from liandong.values.signing import SigningRing

Desk = Any
FILED = "BA-340103001001-2019-0001"


def code(number: int = 1) -> str:
    return make("52", "340103", f"XN{number:06}")


async def one(desk: Desk, asked: str, **query: Any) -> Any:
    return await desk.read(f"/v1/checks/{asked}", purpose="award", **query)


async def many(desk: Desk, *codes: str, **given: Any) -> Any:
    who = given.pop("who", desk.clerk)
    body = {"codes": list(codes), "purpose": "award"} | given
    answer = await desk.client.post("/v1/checks", json=body, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def audited(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    sql = "SELECT actor, details FROM backbone.audit_entry WHERE action = 'check.asked' ORDER BY id"
    async with desk.service.runtime.read_engine.connect() as connection:
        return [(row[0], json.loads(row[1])) for row in await connection.execute(text(sql))]


async def test_a_check_says_how_an_organisation_stands(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    answer = (await one(desk, code()))["answer"]
    assert answer["results"] == [
        {
            "asked": code(),
            "barred_from_bids": True,
            "code": code(),
            "lists": [
                {
                    "exit_not_before": "2021-10-12",
                    "list": "serious",
                    "listed_on": "2019-10-12",
                    "listing_id": listing,
                    "measures": [
                        "key-supervision",
                        "bar-bids",
                        "hold-payments",
                        "no-honours",
                        "review-grade",
                    ],
                    "rule_set": "credit-list.listings@100000/2018-order-60",
                    "trigger": "fine-50000",
                }
            ],
            "organization_id": str(organization),
            "outcome": "found",
            "payments_held": True,
            "reason_codes": ["serious:fine-50000"],
            "repeats": None,
            "status": "active",
        }
    ]
    assert (answer["as_of"], answer["day"]) == ("2019-10-12T01:00:00Z", None)
    assert answer["purpose"] == "award"


async def test_a_check_agrees_with_the_standing_that_services_ask_for(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    await desk.a_listing(organization)
    standing = await desk.standing(organization)
    [row] = (await one(desk, code()))["answer"]["results"]
    assert row["barred_from_bids"] == standing["barred_from_bids"]
    assert row["payments_held"] == standing["payments_held"]
    assert [a["listing_id"] for a in row["lists"]] == [a["listing_id"] for a in standing["lists"]]


async def test_the_same_is_found_by_filing_number_and_by_id(desk: Desk) -> None:
    filed = await desk.an_organization(
        kind="community_group", credit_code=None, filing_number=FILED
    )
    for asked in (FILED, FILED.lower(), str(filed)):
        [row] = (await one(desk, asked))["answer"]["results"]
        assert (row["outcome"], row["organization_id"]) == ("found", str(filed))


async def test_each_of_many_is_answered_in_its_place(desk: Desk) -> None:
    known = await desk.an_organization(1)
    listed = await desk.an_organization(2)
    await desk.a_red_listing(listed)
    await desk.a_listing(listed)
    gone = await desk.an_organization(3)
    await desk.learn(desk.told("cancelled", gone, 3))
    filed = await desk.an_organization(
        4, kind="community_group", credit_code=None, filing_number=FILED
    )
    wrong = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    asked = [code(9), code(2), wrong, FILED, code(1).lower(), "11622700013944908W", code(3)]
    asked += [code(1), str(filed), code(9)]
    results = (await many(desk, *asked))["answer"]["results"]
    assert [row["asked"] for row in results] == asked
    assert [row["outcome"] for row in results] == [
        "unknown", "found", "malformed", "found", "found", "foreign", "cancelled", "found", "found",
        "unknown",
    ]  # fmt: skip
    assert [row["repeats"] for row in results] == [None] * 7 + [4, None, 0]
    assert [row["organization_id"] for row in results] == [
        None, str(listed), None, str(filed), str(known), None, str(gone), str(known), str(filed),
        None,
    ]  # fmt: skip
    assert [row["barred_from_bids"] for row in results[:5]] == [None, True, None, False, False]
    assert results[2]["reason_codes"] == ["check-digit"]
    assert [entry["list"] for entry in results[1]["lists"]] == ["serious"]


async def test_both_lists_of_one_organisation_are_told_oldest_first(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    second = await desk.a_listing(organization)
    [row] = (await many(desk, code()))["answer"]["results"]
    assert [entry["listing_id"] for entry in row["lists"]] == [first, second]
    assert row["reason_codes"] == ["abnormal:annual-report", "serious:fine-50000"]


async def test_of_two_with_one_code_the_latest_told_counts(desk: Desk) -> None:
    await desk.an_organization(1)
    desk.set_day("2019-09-24")
    later = await desk.an_organization(1)
    [row] = (await one(desk, code()))["answer"]["results"]
    assert row["organization_id"] == str(later)
    standing = await desk.read(f"/v1/standings/by-credit-code/{code()}")
    assert standing["organization_id"] == str(later)


async def test_what_came_before_the_position_is_in_the_answer(desk: Desk) -> None:
    organization = await desk.an_organization()
    assert (await one(desk, code()))["answer"]["position"] == 0
    await desk.a_listing(organization)
    last = (await desk.service.published())[-1]["position"]
    answer = (await many(desk, code(), "5234"))["answer"]
    assert str(answer["position"]) == last
    assert answer["events_after"] == write_cursor(int(last))
    assert (await many(desk, "5234"))["answer"]["position"] == answer["position"]


async def test_who_asked_is_on_record_once_and_the_codes_are_counted(desk: Desk) -> None:
    await desk.an_organization()
    await one(desk, code())
    buyer = bearer("buyer-1", Role.BUYER, district=None)
    await many(desk, code(), code(2), code(), purpose="payment", who=buyer)
    sql = text("SELECT subject_id FROM backbone.audit_entry WHERE action = 'check.asked'")
    async with desk.service.runtime.read_engine.connect() as connection:
        purposes = (await connection.scalars(sql)).all()
    assert sorted(purposes) == ["award", "payment"]
    assert await audited(desk) == [
        ("clerk-1", {"codes": 1, "day": ""}),
        ("buyer-1", {"codes": 3, "day": ""}),
    ]


async def test_a_refused_question_is_not_answered_in_part(desk: Desk) -> None:
    for body in (
        {"codes": [], "purpose": "award"},
        {"codes": [code()] * 10_001, "purpose": "award"},
        {"codes": [code()], "purpose": "curiosity"},
        {"codes": [code()]},
        {"codes": ["5" * 65], "purpose": "award"},
        {"codes": [None], "purpose": "award"},
        {"codes": [code()], "purpose": "award", "day": "2019-09-24"},
    ):
        answer = await desk.client.post("/v1/checks", json=body, headers=desk.clerk)
        assert answer.status_code == 422, body
    assert await audited(desk) == []


async def test_ten_thousand_are_answered_in_one_call(desk: Desk) -> None:
    organization = await desk.an_organization(9_999)
    codes = [code(number) for number in range(10_000)]
    results = (await many(desk, *codes))["answer"]["results"]
    assert [row["asked"] for row in results] == codes
    found = [row["organization_id"] for row in results if row["outcome"] == "found"]
    assert found == [str(organization)]


async def test_a_stricter_limit_of_the_rule_set_holds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    [shipped] = desk.service.runtime.rule_book.shipped[QUESTIONS.name]
    limit = shipped.parameters.codes_per_check.model_copy(update={"number": 2})
    monkeypatch.setitem(shipped.parameters.__dict__, "codes_per_check", limit)
    await many(desk, code(1), code(2))
    body = {"codes": [code()] * 3, "purpose": "award"}
    refused = await desk.client.post("/v1/checks", json=body, headers=desk.clerk)
    assert refused.status_code == 422
    assert (refused.json()["type"], refused.json()["most"]) == (
        "urn:liandong:problem:too-many-codes",
        2,
    )


@pytest.mark.parametrize(
    ("asked", "fault"),
    [("5234", "length"), ("51100000500000024G", "check-digit"), ("BA-1", "filing-number")],
)
async def test_a_single_number_that_is_wrong_is_refused_with_its_fault(
    desk: Desk, asked: str, fault: str
) -> None:
    answer = await desk.client.get(
        f"/v1/checks/{asked}", params={"purpose": "award"}, headers=desk.clerk
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == fault


@pytest.mark.parametrize(
    ("roles", "scopes", "status"),
    [
        ([Role.SERVICE], [], 200),
        ([Role.BUYER], [], 200),
        ([Role.PARTNER], ["standings:read"], 200),
        ([Role.PARTNER], [], 403),
        ([Role.ORGANIZATION], [], 403),
        ([Role.EXPERT], [], 403),
    ],
)
async def test_who_may_check(desk: Desk, roles: list[Role], scopes: list[str], status: int) -> None:
    who = bearer("somebody", *roles, scopes=scopes, district=None)
    single = await desk.client.get(f"/v1/checks/{code()}", params={"purpose": "award"}, headers=who)
    body = {"codes": [code()], "purpose": "award"}
    bulk = await desk.client.post("/v1/checks", json=body, headers=who)
    assert (single.status_code, bulk.status_code) == (status, status)


# Receipts


async def verified(desk: Desk, **body: Any) -> Any:
    answer = await desk.client.post("/v1/checks/verify", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_receipt_proves_its_answer_and_no_other(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    given = await many(desk, code(), code(2), "张三")
    told = await verified(desk, **given)
    assert told == {
        "verdict": "valid",
        "key_id": "development-1",
        "as_of": given["answer"]["as_of"],
        "position": given["answer"]["position"],
        "purpose": "award",
        "rows": 3,
    }
    given["answer"]["results"][0]["barred_from_bids"] = False
    assert (await verified(desk, **given))["verdict"] == "altered"
    given["answer"] = {"results": [{"\ud800": "x"}]}
    broken = json.dumps(given).encode()
    headers = {"content-type": "application/json"}
    answer = await desk.client.post("/v1/checks/verify", content=broken, headers=headers)
    assert answer.json()["verdict"] == "altered"


async def test_a_receipt_is_verified_without_us_by_a_few_lines(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    given = await one(desk, code())
    [key] = (await desk.client.get("/v1/checks/keys")).json()["keys"]

    def decoded(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    head, claims, signature = given["receipt"].split(".")
    public = Ed25519PublicKey.from_public_bytes(decoded(key["x"]))
    public.verify(decoded(signature), f"{head}.{claims}".encode())
    assert json.loads(decoded(head))["kid"] == key["kid"]
    canonical = json.dumps(
        given["answer"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    digest = hashlib.sha256(canonical.encode()).digest()
    assert digest == decoded(json.loads(decoded(claims))["sha256"])


async def test_of_a_large_answer_the_digest_is_enough(desk: Desk) -> None:
    given = await one(desk, code())
    claims = given["receipt"].split(".")[1]
    proved = json.loads(base64.urlsafe_b64decode(claims + "=="))["sha256"]
    assert (await verified(desk, receipt=given["receipt"], sha256=proved))["verdict"] == "valid"
    assert (await verified(desk, receipt=given["receipt"], sha256="x"))["verdict"] == "altered"
    assert (await verified(desk, receipt=given["receipt"]))["verdict"] == "valid"


@pytest.mark.parametrize(
    ("receipt", "verdict"),
    [
        ("", "malformed"),
        ("a.b.c", "malformed"),
        ("eyJhbGciOiJub25lIn0.e30.", "malformed"),
    ],
)
async def test_rubbish_is_said_to_be_no_receipt(desk: Desk, receipt: str, verdict: str) -> None:
    told = await verified(desk, receipt=receipt, answer={"a": 1})
    assert (told["verdict"], told["position"]) == (verdict, None)


async def test_a_receipt_of_another_platform_has_an_unknown_key(desk: Desk) -> None:
    foreign = SigningRing([("other", b"x" * 32)], kind=DEFINITION.receipts).sign({"sha256": "x"})
    assert (await verified(desk, receipt=foreign))["verdict"] == "unknown-key"


async def test_a_receipt_names_nobody(desk: Desk) -> None:
    organization = await desk.an_organization()
    given = await many(desk, code(), "张三")
    claims = json.loads(base64.urlsafe_b64decode(given["receipt"].split(".")[1] + "=="))
    assert claims.keys() == {"iss", "as_of", "position", "purpose", "rows", "sha256"}
    assert str(organization) not in json.dumps(claims)
