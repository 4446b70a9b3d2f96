"""行政处罚 over HTTP: the whole way of a case."""

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.penalties.casebook import (
    CHIEF,
    CLERK,
    DEPUTY,
    EVIDENCE,
    REVIEWER,
    REVOCATION,
    SAID,
    SUSPENSION,
    WARNING,
    an_officer,
    day,
    done,
    filed,
    in_force,
    meeting,
    noticed,
    organization,
    party,
    proposal,
    read,
    registered,
    reported,
    served,
    slug,
    step,
    told,
    two_officers,
)


async def test_from_the_clue_to_the_end_of_the_publication(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await reported(registry, body["id"])
    assert (penalty["status"], penalty["clock"]) == ("reported", None)
    investigators = {"investigators": await two_officers(registry)}
    penalty = await done(registry, penalty, "file", CHIEF, investigators)
    assert penalty["clock"] == {
        "stage": "decision",
        "due_on": "2026-06-01",  # 90 days end on a Sunday
        "urgency": "running",
        "is_provisional": False,
    }
    penalty = await done(registry, penalty, "evidence", body=EVIDENCE)
    penalty = await done(registry, penalty, "propose", body=proposal())
    assert not penalty["is_heavy"]
    penalty = await done(registry, penalty, "serve-notice", body=served("2026-03-02"))
    assert (penalty["statement_until"], penalty["hearing_until"]) == ("2026-03-09", None)
    penalty = await done(registry, penalty, "state", party(body), {"statement": SAID})
    day(registry, "2026-03-10")
    checked = {"opinion": "事实清楚，程序合法", "recheck": "经复核，退还属实，已在裁量时考虑"}
    penalty = await done(registry, penalty, "review", REVIEWER, checked)
    penalty = await done(registry, penalty, "decide", CHIEF, {})
    assert penalty["decision_number"] == "340103民罚决字〔2026〕1号"
    assert (penalty["clock"]["stage"], penalty["clock"]["due_on"]) == ("service", "2026-03-19")
    penalty = await done(registry, penalty, "serve", body=served("2026-03-10"))
    assert (penalty["clock"]["stage"], penalty["clock"]["due_on"]) == ("payment", "2026-03-25")
    penalty = await done(registry, penalty, "publish", CHIEF, {"months": 6})
    assert (penalty["publication_class"], penalty["publication_until"]) == (
        "ordinary",
        "2026-09-10",
    )
    paid = {"amount_fen": 2_000_000, "paid_on": "2026-03-10", "receipt": "皖财 0001"}
    penalty = await done(registry, penalty, "payments", body=paid)
    assert (penalty["paid_fen"], penalty["clock"]) == (2_000_000, None)
    penalty = await done(registry, penalty, "execute")
    assert penalty["status"] == "executed"
    whole = await read(registry, penalty)
    assert whole["basis"] == ["《社会团体登记管理条例》第三十条"]
    assert "六十日内申请行政复议" in whole["remedy"]
    assert whole["said"] == [{"received_on": "2026-03-02", "statement": SAID}]
    assert (whole["decided_by"], whole["reviewed_by"]) == ("chief-1", "reviewer-1")
    assert whole["handlers"] == ["clerk-1", "inspector-1", "inspector-2"]
    board = (await registry.client.get("/v1/penalty-decisions")).json()["items"]
    assert [one["decision_number"] for one in board] == ["340103民罚决字〔2026〕1号"]
    day(registry, "2026-09-11")
    await registry.settle()
    assert (await registry.client.get("/v1/penalty-decisions")).json()["items"] == []
    gone = await registry.client.get(f"/v1/penalty-decisions/{penalty['id']}")
    assert gone.status_code == 404
    events = await told(registry)
    assert [one["type"].rpartition(".")[2] for one in events] == [
        "decided", "served", "published", "executed", "unpublished",
    ]  # fmt: skip
    assert events[0]["data"] == {
        "penalty_id": penalty["id"],
        "organization_id": body["id"],
        "district": "340103",
        "status": "decided",
        "authority": "安徽省合肥市庐阳区民政部门",
        "authority_district": "340103",
        "authority_credit_code": None,
        "decision_number": "340103民罚决字〔2026〕1号",
        "sanctions": ["warning", "fine"],
        "violations": ["illegal-fees"],
        "basis": ["《社会团体登记管理条例》第三十条"],
        "fine_fen": 2_000_000,
        "confiscation_fen": 0,
        "suspension_months": 0,
        "decided_on": "2026-03-10",
    }
    assert {name: events[2]["data"][name] for name in (
        "publication_class", "publication_least_until", "publication_until"
    )} == {
        "publication_class": "ordinary",
        "publication_least_until": "2026-06-10",
        "publication_until": "2026-09-10",
    }  # fmt: skip
    assert SAID not in str(await registry.published())


async def test_a_heavy_penalty_is_heard_first(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    chair = (await an_officer(registry, "chair-1"))["id"]
    penalty = await noticed(registry, body["id"], **SUSPENSION)
    assert (penalty["is_heavy"], penalty["hearing_until"]) == (True, "2026-03-09")
    day(registry, "2026-03-09")
    penalty = await done(registry, penalty, "request-hearing", party(body), {})
    assert (penalty["status"], penalty["clock"]["urgency"]) == ("hearing", "stopped")
    arranged = {
        "held_on": "2026-03-19",
        "place": "区民政局会议室",
        "told_on": "2026-03-09",
        "chair": chair,
    }
    penalty = await done(registry, penalty, "arrange-hearing", body=arranged)
    early = {"outcome": "held", "record": "听证笔录"}
    assert slug(await step(registry, penalty, "end-hearing", body=early)) == "hearing-not-due"
    day(registry, "2026-03-19")
    penalty = await done(registry, penalty, "end-hearing", body=early)
    assert penalty["status"] == "heard"
    # Ten days of hearing do not count: 90 days and ten.
    assert penalty["clock"]["due_on"] == "2026-06-10"
    checked = {"opinion": "程序合法", "recheck": "听证意见不能成立"}
    penalty = await done(registry, penalty, "review", REVIEWER, checked)
    alone = await step(registry, penalty, "decide", CHIEF, {})
    assert alone.status_code == 422
    assert alone.json()["errors"][0]["pointer"] == "/discussion"
    meeting = {"discussion": {"held_on": "2026-03-19", "outcome": "同意"}}
    penalty = await done(registry, penalty, "decide", CHIEF, meeting)
    assert (await organization(registry, body["id"]))["status"] == "active"
    penalty = await done(registry, penalty, "serve", body=served("2026-03-19"))
    now = await organization(registry, body["id"])
    assert (now["status"], now["suspended_until"]) == ("suspended", "2026-06-19")
    early = await step(registry, penalty, "execute")
    assert (early.status_code, slug(early)) == (409, "not-executed")
    day(registry, "2026-06-20")
    await registry.settle()
    assert (await organization(registry, body["id"]))["status"] == "active"
    penalty = await read(registry, penalty)  # meanwhile it was told that nobody published it
    assert (await done(registry, penalty, "execute"))["status"] == "executed"


async def test_a_revocation_ends_the_body_when_it_is_served(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **REVOCATION)
    assert (await organization(registry, body["id"]))["status"] == "revoked"
    [event] = await told(registry, "penalty.served")
    assert event["data"]["effect"] == "revoked"
    [gone] = await told(registry, "organization.revoked")
    assert gone["data"]["revoked_on"] == "2026-03-10"
    assert (await done(registry, penalty, "execute"))["status"] == "executed"


async def test_a_withdrawn_revocation_restores_the_body(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **REVOCATION)
    penalty = await done(registry, penalty, "publish", CHIEF, {})
    why = {"ground": "reconsideration", "reasons": "行政复议决定撤销，认定事实不清"}
    same = await step(registry, penalty, "withdraw", CHIEF, why)
    assert (same.status_code, slug(same)) == (403, "two-person-rule")
    penalty = await done(registry, penalty, "withdraw", DEPUTY, why)
    assert penalty["status"] == "withdrawn"
    now = await organization(registry, body["id"])
    assert (now["status"], now["ended_on"]) == ("active", None)
    shown = (await registry.client.get(f"/v1/penalty-decisions/{penalty['id']}")).json()
    assert (shown["withdrawal_reasons"], shown["sanctions"]) == (why["reasons"], [])
    assert (await registry.client.get("/v1/penalty-decisions")).json()["items"] == []
    [event] = await told(registry, "penalty.withdrawn")
    assert (event["data"]["effect_undone"], event["data"]["remove_until"]) == (True, "2026-03-13")
    kinds = [one["type"].rpartition(".")[2] for one in await told(registry, "organization.")]
    assert kinds == ["registered", "revoked", "restored", "resumed"]
    assert why["reasons"] not in str(await registry.published())


async def test_a_restored_body_whose_name_was_given_away_gets_another(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **REVOCATION)
    await registered(registry, 2, name=body["name"])
    why = {"ground": "judgment", "reasons": "人民法院判决撤销"}
    taken = await step(registry, penalty, "withdraw", DEPUTY, why)
    assert (taken.status_code, slug(taken)) == (409, "name-taken")
    assert (await read(registry, penalty))["status"] == "served"
    other = why | {"restored_name": "合肥市庐阳区另一示例协会"}
    await done(registry, penalty, "withdraw", DEPUTY, other)
    now = await organization(registry, body["id"])
    assert (now["status"], now["name"]) == ("active", "合肥市庐阳区另一示例协会")


async def test_a_withdrawn_suspension_is_lifted(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **SUSPENSION)
    why = {"ground": "self-correction", "reasons": "适用依据错误"}
    await done(registry, penalty, "withdraw", DEPUTY, why)
    assert (await organization(registry, body["id"]))["status"] == "active"


async def test_of_two_suspensions_the_longer_holds_and_the_other_remains(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await in_force(registry, body["id"], **SUSPENSION)
    longer = await in_force(registry, body["id"], **{**SUSPENSION, "suspension_months": 6})
    assert (await organization(registry, body["id"]))["suspended_until"] == "2026-09-10"
    why = {"ground": "supervision", "reasons": "上级机关责令撤销"}
    await done(registry, longer, "withdraw", DEPUTY, why)
    now = await organization(registry, body["id"])
    assert (now["status"], now["suspended_until"]) == ("suspended", "2026-06-10")


async def test_of_two_revocations_both_must_fall(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    first = await in_force(registry, body["id"], **REVOCATION)
    second = await in_force(registry, body["id"], **REVOCATION)
    why = {"ground": "judgment", "reasons": "人民法院判决撤销"}
    await done(registry, first, "withdraw", DEPUTY, why)
    assert (await organization(registry, body["id"]))["status"] == "revoked"
    await done(registry, second, "withdraw", DEPUTY, why)
    assert (await organization(registry, body["id"]))["status"] == "active"


async def test_a_decision_withdrawn_before_its_service_changes_nothing(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await noticed(registry, body["id"], **REVOCATION)
    day(registry, "2026-03-10")
    penalty = await done(registry, penalty, "review", REVIEWER, {"opinion": "程序合法"})
    penalty = await done(registry, penalty, "decide", CHIEF, meeting())
    why = {"ground": "self-correction", "reasons": "发现新的事实"}
    penalty = await done(registry, penalty, "withdraw", DEPUTY, why)
    assert (await organization(registry, body["id"]))["status"] == "active"
    late = await step(registry, penalty, "serve", CLERK, served("2026-03-10"))
    assert (late.status_code, slug(late)) == (409, "illegal-transition")


async def test_a_minor_penalty_is_published_only_with_a_reason(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **WARNING)
    silent = await step(registry, penalty, "publish", CHIEF, {"months": 1})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
    long = await step(registry, penalty, "publish", CHIEF, {"months": 4, "reason": "确有必要"})
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "/months")
    shown = {"months": 3, "reason": "确有必要"}
    penalty = await done(registry, penalty, "publish", CHIEF, shown)
    twice = await step(registry, penalty, "publish", CHIEF, shown)
    assert (twice.status_code, slug(twice)) == (409, "already-published")


async def test_no_penalty_for_what_was_minor_and_corrected(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    penalty = await filed(registry, body["id"])
    why = {"ground": "minor-and-corrected", "reason": "已及时退还，没有造成危害后果"}
    wrong = await step(registry, penalty, "spare", CHIEF, why | {"ground": "kindness"})
    assert wrong.status_code == 422
    penalty = await done(registry, penalty, "spare", CHIEF, why)
    assert (penalty["status"], penalty["clock"]) == ("no_penalty", None)
    assert await told(registry) == []
