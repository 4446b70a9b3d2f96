"""Every item of the record has its way: an application with its documents, or another procedure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from registry.applications.change import Change, ChangedItems
from registry.applications.domain import Matter
from registry.histories.recording import ITEMS
from registry.organizations.domain import Kind
from services.registry.tests.applications import desk
from services.registry.tests.applications.test_changes import PAPERS, a_change
from services.registry.tests.governance.test_terms import an_election, posted
from services.registry.tests.shipped import APPLICATION_RULES as RULES

ALWAYS = {"application", "consent", "resolution"}
REGISTERED = (Kind.ASSOCIATION, Kind.SERVICE_INSTITUTION, Kind.FOUNDATION)
HEAD = {"legal_representative": "示例新任", "representative_id_number": desk.id_number(2)}


class Way(NamedTuple):
    changes: dict[str, Any]
    documents: frozenset[str] = frozenset()
    """Beside those that every change needs."""
    announced: bool = False


CHANGED: Mapping[str, Way] = {
    "address": Way({"address": "庐阳区新路 2 号"}, frozenset({"premises"}), announced=True),
    "purpose": Way({"purpose": "助老"}, frozenset({"articles"})),
    "business_scope": Way({"business_scope": "养老服务"}, frozenset({"articles"})),
    "activity_area": Way({"activity_area": "合肥市"}, frozenset({"articles"})),
    "funds_fen": Way({"funds_fen": 8_000_000}, frozenset({"capital"})),
    "service_field": Way({"service_field": "养老"}),
    "supervisor": Way({"supervisor": "庐阳区教育局"}, frozenset({"supervision"})),
    "direct_class": Way({"direct_class": "charity"}, frozenset({"supervision"})),
    "registering_authority": Way(
        {"registering_authority": "庐阳区行政审批局"}, frozenset({"authority"})
    ),
    "supervising_authority": Way(
        {"supervising_authority": "庐阳区民政局"}, frozenset({"authority"})
    ),
    "legal_representative": Way(HEAD, frozenset({"officers", "audit"}), announced=True),
    "phone": Way({"phone": "13800009002"}),
}
"""By 变更登记; ``name`` has a test of its own, because it is reserved first."""

OTHERWISE: Mapping[str, str] = {
    "name": "变更登记，凭名称预留",
    "kind": "不变",
    "status": "注销登记、行政处罚",
    "credit_code": "更正",
    "filing_number": "更正",
    "registered_on": "更正",
    "district": "迁移",
    "certificate_from": "换发证书",
    "certificate_until": "换发证书",
    "articles_approved_on": "章程核准",
    "charity_status": "慈善组织认定",
    "charity_since": "慈善组织认定",
    "raises_in_public_since": "公开募捐资格",
    "term_from": "换届备案",
    "term_until": "换届备案",
    "suspended_until": "行政处罚",
    "ended_on": "注销登记、行政处罚",
    "end_reason": "注销登记、行政处罚",
    "is_community": "备查",
    "is_hub": "备查",
    "nature": "备查",
    "community_class": "备查",
    "management": "备查",
    "is_rural": "备查",
    "party_organization": "备查",
    "party_members": "备查",
    "individual_members": "备查",
    "unit_members": "备查",
    "full_time_staff": "备查",
    "website": "备查",
}


def items_of(**changes: Any) -> list[str]:
    content = {"matter": "change", "organization_id": "01890000-0000-7000-8000-000000000000"}
    return Change.model_validate(content | {"changes": changes}).items()


def test_no_item_of_the_record_is_without_its_way() -> None:
    assert CHANGED.keys() | OTHERWISE.keys() == {*ITEMS}
    assert not CHANGED.keys() & OTHERWISE.keys()


def test_every_field_of_the_form_is_tried() -> None:
    fields = {name for way in CHANGED.values() for name in way.changes}
    assert fields | {"name_reservation_id"} == {*ChangedItems.model_fields}


@pytest.mark.parametrize("kind", REGISTERED)
def test_a_document_belongs_to_items_that_can_be_changed(kind: Kind) -> None:
    known = {"name"} | {one for way in CHANGED.values() for one in items_of(**way.changes)}
    procedure = RULES.procedure(kind, Matter.CHANGE)
    assert procedure is not None
    assert {item for one in procedure.documents for item in one.items} <= known
    assert {one.code for one in procedure.documents} == {*PAPERS}


@pytest.mark.parametrize("kind", REGISTERED)
@pytest.mark.parametrize("item", CHANGED)
def test_each_item_needs_its_documents_and_is_announced_where_it_must_be(
    kind: Kind, item: str
) -> None:
    way = CHANGED[item]
    procedure = RULES.procedure(kind, Matter.CHANGE)
    assert procedure is not None
    items = items_of(**way.changes)
    dual = {one.code for one in procedure.documents if one.belongs_to(items, is_direct=False)}
    direct = {one.code for one in procedure.documents if one.belongs_to(items, is_direct=True)}
    assert (dual, direct) == (ALWAYS | way.documents, (ALWAYS - {"consent"}) | way.documents)
    assert procedure.is_announced(items) is way.announced


@pytest.mark.parametrize("item", CHANGED)
async def test_each_item_is_changed_by_an_application_with_its_documents(
    registry: ServiceUnderTest, item: str
) -> None:
    way = CHANGED[item]
    body = await desk.registered(registry)
    bare = await desk.drafted(registry, a_change(body, **way.changes))
    lacking = {one["code"] for one in (await desk.read(registry, bare))["findings"]}
    assert lacking == ALWAYS | way.documents
    papers = sorted(ALWAYS | way.documents)
    draft = await desk.drafted(registry, a_change(body, **way.changes), documents=papers)
    decided = await desk.approved(registry, draft)
    done = await desk.done(registry, decided, "certify")
    assert done["status"] == ("certified" if way.announced else "completed")
    now = await desk.organization(registry, body["id"])
    assert now[item] == way.changes[item]


async def test_a_new_head_is_named_with_his_number_and_both_are_masked(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    alone = {"legal_representative": "示例新任"}
    draft = await desk.drafted(registry, a_change(body, **alone), documents=PAPERS)
    found = (await desk.read(registry, draft))["findings"]
    assert [one["pointer"] for one in found] == ["/changes/representative_id_number"]
    draft = await desk.drafted(registry, a_change(body, **HEAD), documents=PAPERS)
    assert draft["items"] == ["legal_representative"]
    shown = await desk.read(registry, draft)
    assert shown["content"]["changes"]["representative_id_number"] == desk.id_number(2)
    masked = await desk.read(registry, draft, desk.AUDITOR)
    assert desk.id_number(2) not in str(masked)
    assert "示例新任" not in str(masked)
    wrong = a_change(body, address="庐阳区新路 2 号", representative_id_number=desk.id_number(2))
    assert (await desk.start(registry, wrong)).status_code == 422


async def headed(registry: ServiceUnderTest, number: int, head: int) -> dict[str, Any]:
    """An association whose council is filed, with this one of three as its head."""
    officers = [desk.an_officer(1, "chair"), desk.an_officer(2), desk.an_officer(3, "supervisor")]
    body = await desk.registered(
        registry,
        number,
        kind="association",
        name=f"合肥市庐阳区示例第{number}协会",
        credit_code=make("51", "340103", f"XN{number:06}"),
    )
    election = an_election(officers=officers, legal_representative=head, audited=True)
    answer = await posted(registry, body, "terms", **election)
    assert answer.status_code == 201, answer.text
    return body


async def test_nobody_becomes_the_head_of_a_second_association(
    registry: ServiceUnderTest,
) -> None:
    first, second = await headed(registry, 1, 1), await headed(registry, 2, 3)
    changes = {
        "legal_representative": f"{desk.PERSON}1",
        "representative_id_number": desk.id_number(1),
    }
    draft = await desk.drafted(registry, a_change(second, **changes), documents=PAPERS)
    application = await desk.done(registry, draft, "submit")
    application = await desk.done(registry, application, "accept")
    review = {"opinion": "建议准予"}
    application = await desk.done(registry, application, "review", desk.REVIEWER, **review)
    refused = await desk.step(registry, application, "approve", desk.APPROVER)
    assert (refused.status_code, desk.codes(refused)) == (409, ["representative-elsewhere"])
    other = {"legal_representative": f"{desk.PERSON}2", **{k: HEAD[k] for k in HEAD if "id" in k}}
    left = await desk.drafted(registry, a_change(first, **other), documents=PAPERS)
    await desk.done(registry, await desk.approved(registry, left), "certify")
    await desk.done(registry, application, "approve", desk.APPROVER)
    posts = await registry.client.get(f"/v1/organizations/{first['id']}/posts", headers=desk.CLERK)
    heads = {one["name"]: one["is_representative"] for one in posts.json()["items"]}
    assert heads == {f"{desk.PERSON}1": False, f"{desk.PERSON}2": True, f"{desk.PERSON}3": False}


async def test_who_is_the_head_already_may_be_named_again(registry: ServiceUnderTest) -> None:
    body = await headed(registry, 1, 1)
    changes = {
        "legal_representative": f"{desk.PERSON}1",
        "representative_id_number": desk.id_number(1),
    }
    draft = await desk.drafted(registry, a_change(body, **changes), documents=PAPERS)
    assert (await desk.approved(registry, draft))["status"] == "approved"


@pytest.mark.parametrize(("funds_fen", "enough"), [(2_999_999, False), (3_000_000, True)])
async def test_an_association_keeps_the_money_that_the_law_demands(
    registry: ServiceUnderTest, funds_fen: int, enough: bool
) -> None:
    body = await headed(registry, 1, 1)
    draft = await desk.drafted(registry, a_change(body, funds_fen=funds_fen), documents=PAPERS)
    found = (await desk.read(registry, draft))["findings"]
    assert [one["code"] for one in found] == ([] if enough else ["too-little-money"])


@pytest.mark.parametrize("changes", [{"supervisor": ""}, {"funds_fen": -1}, {"kind": "foundation"}])
async def test_an_item_cannot_be_changed_into_nothing(
    registry: ServiceUnderTest, changes: dict[str, Any]
) -> None:
    body = await desk.registered(registry)
    assert (await desk.start(registry, a_change(body, **changes))).status_code == 422
