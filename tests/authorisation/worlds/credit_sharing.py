"""Credit-list: files for others, lists of others, the boards of a day and monthly reports."""

from datetime import timedelta
from typing import Any

from liandong.clock import china_date
from liandong.identity.actors import Role
from liandong.testing.services import bearer
from tests.authorisation.attempt import OWN, Attempt, get, of

COUNTY_CLERK = bearer("clerk-3", Role.CLERK, district=OWN)
REPORTS = "/v1/reports/monthly"


async def attempts(town: Any) -> dict[str, Attempt]:
    desk = town.desk
    today = china_date(desk.service.clock.now())
    return {
        **_exports((today - timedelta(days=1)).isoformat()),
        **_boards(today.isoformat()),
        **await _received(town),
        **await _reports(town),
    }


def _exports(day: str) -> dict[str, Attempt]:
    path = f"/v1/exports/daily/{day}"
    asked = {"district": OWN}
    return {
        "GET /v1/exports/daily/{day}": get(path, params=asked),
        "GET /v1/exports/daily/{day}/full": get(f"{path}/full", params=asked),
        "GET /v1/exports/daily/{day}/delta": get(f"{path}/delta", params=asked),
        "GET /v1/exports/revisions": get("/v1/exports/revisions", params=asked),
        "GET /v1/exports/deletions": get("/v1/exports/deletions", params=asked),
    }


def _boards(day: str) -> dict[str, Attempt]:
    path = f"/v1/boards/{OWN}/on/{day}"
    return {
        "GET /v1/boards/{district}/on/{day}": get(path),
        "GET /v1/boards/{district}/on/{day}/page": get(f"{path}/page"),
    }


def _row(number: int, name: str, code: str | None = None) -> dict[str, Any]:
    return {
        "number": number,
        "operation": "add",
        "record_key": f"K{number}",
        "kind": "court-defaulter",
        "name": name,
        "credit_code": code,
        "authority": "合肥市庐阳区人民法院",
        "document_number": f"（2019）皖0103执{number}号",
        "decided_on": "2019-09-10",
    }


def _batch(sender: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender": sender,
        "sender_name": "合肥市庐阳区人民法院",
        "sender_kind": "department",
        "number": "2019-001",
        "sequence": 1,
        "total": len(rows),
        "rows": list(rows),
    }


async def _received(town: Any) -> dict[str, Attempt]:
    desk, path = town.desk, "/v1/receiving"
    organization, free = await town.organization(), await town.organization()
    told = desk.told("registered", organization, town.number - 1)
    body = _batch("first", _row(1, told.name, told.credit_code), _row(2, "没有的服务中心"))
    sent = await desk.client.post(f"{path}/batches", json=body, headers=COUNTY_CLERK)
    assert sent.status_code == 201, sent.text
    batch = sent.json()
    rows = (await desk.read(f"{path}/rows", batch_id=batch["id"]))["items"]
    [unresolved] = [one for one in rows if one["status"] == "unresolved"]
    [listing] = (await desk.read("/v1/foreign-listings", organization_id=organization))["items"]
    head = {name: value for name, value in _batch("file").items() if name != "rows"}
    sheet = (
        "序号,操作,数据主键,名单,组织名称,认定机关,决定文书号,决定日期\n"
        "1,新增,K1,失信被执行人,没有的服务中心,合肥市庐阳区人民法院,1号,2019-09-10\n"
    )
    one = f"{path}/rows/{unresolved['id']}"
    resolution = {"organization_id": str(free), "reason": "核对无误"}
    return {
        f"POST {path}/batches": Attempt(
            f"{path}/batches", _batch("other", _row(1, "没有的服务中心"))
        ),
        f"POST {path}/files": Attempt(
            f"{path}/files",
            params=head | {"total": 1},
            files={"file": ("名单.csv", sheet.encode())},
        ),
        f"GET {path}/batches": get(f"{path}/batches", batch["id"]),
        f"GET {path}/batches/{{batch_id}}": get(f"{path}/batches/{batch['id']}", batch["id"]),
        f"GET {path}/rows": get(f"{path}/rows", unresolved["id"]),
        f"GET {path}/rows/{{row_id}}": get(one, unresolved["id"]),
        f"POST {path}/rows/{{row_id}}/resolve": of(
            unresolved, path + "/rows/{}/resolve", resolution
        ),
        f"POST {path}/rows/{{row_id}}/dismiss": of(
            unresolved, path + "/rows/{}/dismiss", {"reason": "不是社会组织"}
        ),
        "GET /v1/foreign-listings": get(
            "/v1/foreign-listings", listing["id"], organization=organization
        ),
    }


async def _reports(town: Any) -> dict[str, Attempt]:
    desk = town.desk
    made: list[dict[str, Any]] = []
    for month in ("2019-08", "2019-09"):
        body = {"month": month, "district": OWN}
        answer = await desk.client.post(REPORTS, json=body, headers=desk.clerk)
        assert answer.status_code == 200, answer.text
        made.append(answer.json())
    path = f"/v1/reports/{made[0]['id']}/confirm"
    confirmed = await desk.act(path, None, desk.approver, made[0]["version"])
    assert confirmed.status_code == 200, confirmed.text
    return {
        f"GET {REPORTS}/{{month}}": get(f"{REPORTS}/2019-09", params={"district": OWN}),
        f"POST {REPORTS}": Attempt(REPORTS, {"month": "2019-07", "district": OWN}),
        "POST /v1/reports/{report_id}/confirm": of(
            made[1], "/v1/reports/{}/confirm", first="clerk-1"
        ),
        "POST /v1/reports/{report_id}/notes": of(
            confirmed.json(), "/v1/reports/{}/notes", {"note": "一条列入信息已更正"}
        ),
    }
