"""Credit-list: credit grades, public records and the yearly campaigns of the red list."""

from datetime import timedelta
from typing import Any

from liandong.values.credit_code import make
from tests.authorisation.attempt import Attempt, get, of

REASONS = {"reasons": "公示无异议"}


async def attempts(town: Any) -> dict[str, Attempt]:
    return {**await _grades(town), **await _campaigns(town)}


async def _grades(town: Any) -> dict[str, Attempt]:
    path = "/v1/credit-grades"
    _, organization = await town.record()
    one = f"{path}/{organization}"
    code = make("52", "340103", f"XN{town.number:06}")
    return {
        f"GET {path}": get(path, str(organization)),
        f"GET {path}/statistics": Attempt(
            f"{path}/statistics", sees=lambda answer: answer.json()["total"]["total"] > 0
        ),
        f"GET {path}/{{organization_id}}": get(one, str(organization), organization=organization),
        f"GET {path}/{{organization_id}}/history": get(
            f"{one}/history", "受到罚款或者没收", organization=organization
        ),
        "GET /v1/public/records": get(
            "/v1/public/records", "庐市监罚", params={"credit_code": code}
        ),
    }


async def _campaigns(town: Any) -> dict[str, Attempt]:
    path, desk = "/v1/red-list-campaigns", town.desk
    today = desk.service.clock.now().date()
    call = {
        "district": "340103",
        "as_of": today.isoformat(),
        "applications_until": (today + timedelta(days=7)).isoformat(),
    }
    good = [await town.organization() for _ in range(3)]
    made: list[dict[str, Any]] = []
    for organization, year in zip(good, (2018, 2019, 2016), strict=True):
        await desk.a_grade(organization)
        opened = await desk.act(path, call | {"year": year}, desk.clerk)
        assert opened.status_code == 201, opened.text
        await desk.service.settle()
        body = {"organization_ids": [str(organization)], **REASONS}
        answer = await desk.act(f"{path}/{opened.json()['id']}/propose", body, desk.clerk)
        assert answer.json()[0]["done"], answer.text
        made.append(await town.read("red-list-campaigns", opened.json()["id"]))
    shown = await desk.act(f"{path}/{made[1]['id']}/publicise", None, desk.clerk)
    assert shown.status_code == 200, shown.text
    ended = {"reason": "年度认定完成", "withdraw_undecided": True}
    closed = await desk.act(f"{path}/{made[2]['id']}/close", ended, desk.approver)
    assert closed.status_code == 200, closed.text
    waiting, publicised = made[0], shown.json()
    one = f"{path}/{{campaign_id}}"
    some = {"organization_ids": [str(good[0])], **REASONS}
    nothing = {"proposal_ids": [publicised["id"]], **REASONS}
    return {
        f"POST {path}": Attempt(path, call | {"year": 2017}),
        f"GET {path}": get(path, waiting["id"]),
        f"GET {one}": get(f"{path}/{waiting['id']}", waiting["id"]),
        f"GET {one}/candidates": get(f"{path}/{waiting['id']}/candidates", str(good[0])),
        f"POST {one}/applications": Attempt(
            f"{path}/{waiting['id']}/applications", {"statement": "服务优良"}, organization=good[0]
        ),
        f"POST {one}/propose": of(waiting, path + "/{}/propose", some),
        f"POST {one}/publicise": of(waiting, path + "/{}/publicise"),
        f"GET {one}/notice": get(f"{path}/{publicised['id']}/notice", "publicity_ends_on"),
        f"POST {one}/confirm": of(publicised, path + "/{}/confirm", nothing),
        f"POST {one}/close": of(publicised, path + "/{}/close", ended),
        f"POST {one}/reopen": of(closed.json(), path + "/{}/reopen", {"reason": "误结束"}),
        f"POST {one}/cancel": of(
            waiting, path + "/{}/cancel", {"reason": "误开展"}, first="clerk-1"
        ),
    }
