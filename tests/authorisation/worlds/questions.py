"""Credit-list's answers to questions from outside: checks, receipts, past days, watch lists."""

from typing import Any
from uuid import UUID

from tests.authorisation.attempt import Attempt, get

PURPOSE = {"purpose": "award"}


async def questions(
    desk: Any, listed: UUID, code: str, listing: str, mistaken: UUID, mistake: str
) -> dict[str, Attempt]:
    """``listed`` is on a list and has the code; ``mistaken`` was put on one today and leaves it
    tomorrow."""
    today = desk.service.clock.now().date().isoformat()
    await desk.pass_days(1)
    corrected = await desk.act(
        f"/v1/listings/{mistake}/correct", {"reason": "处罚已撤销"}, desk.other_approver
    )
    assert corrected.status_code == 200, corrected.text
    by_id = f"/v1/checks/{listed}"
    given = await desk.read(by_id, **PURPOSE)
    on_day = "GET /v1/standings/{organization_id}/on/{day}"
    return {
        on_day: get(f"/v1/standings/{listed}/on/{today}", listing, organization=listed),
        f"{on_day} (当日已列入、后经更正的)": get(f"/v1/standings/{mistaken}/on/{today}", mistake),
        "GET /v1/checks/{code}": Attempt(by_id, params=PURPOSE, marker=listing),
        "POST /v1/checks": Attempt(
            "/v1/checks", PURPOSE | {"codes": [str(listed)]}, marker=listing, commits=True
        ),
        "GET /v1/checks/keys": get("/v1/checks/keys", "Ed25519"),
        "POST /v1/checks/verify": Attempt(
            "/v1/checks/verify", given, marker='"valid"', commits=True
        ),
        "GET /v1/public/inquiries": Attempt(
            "/v1/public/inquiries",
            params={"code": code},
            marker="trigger_text",
        ),
        **await _watch_lists(desk),
    }


async def _watch_lists(desk: Any) -> dict[str, Attempt]:
    """The list is the clerk's own: whoever else may have lists is not told that it exists."""
    path = "/v1/watch-lists"
    body = {"name": "示例清单", "codes": ["52110000MJ0163191U"]}
    made = await desk.act(path, body, desk.clerk)
    assert made.status_code == 201, made.text
    one = f"{path}/{made.json()['id']}"
    any_of = {"otherwise": 404, "marker": made.json()["id"]}
    codes = {"codes": body["codes"]}
    return {
        f"POST {path}": Attempt(path, body),
        f"GET {path}": Attempt(path, sees=lambda answer: answer.json()["items"] == []),
        f"GET {path}/{{watch_list_id}}": Attempt(one, **any_of),
        f"GET {path}/{{watch_list_id}}/codes": Attempt(f"{one}/codes", **any_of),
        f"GET {path}/{{watch_list_id}}/changes": Attempt(f"{one}/changes", **any_of),
        f"POST {path}/{{watch_list_id}}/add": Attempt(f"{one}/add", codes, 1, **any_of),
        f"POST {path}/{{watch_list_id}}/remove": Attempt(f"{one}/remove", codes, 1, **any_of),
        f"POST {path}/{{watch_list_id}}/discard": Attempt(f"{one}/discard", None, 1, **any_of),
    }
