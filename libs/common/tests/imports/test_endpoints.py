import csv
import io
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from liandong.identity.actors import Role
from liandong.imports.headings import Vocabulary
from liandong.imports.reading import read_table

BROKEN = (
    "序号,编号,名称,区划,备注\n"
    "1,001,爱心社,340103,\n"
    "2,x2,=1+1,340103,@备注\n"
    "3,003,外地社,110101,-5\n"
).encode()
KNOWN = ["编号", "名称", "区划", "人数", "成立日期"]


async def post(
    http: httpx.AsyncClient,
    headers: dict[str, str],
    data: bytes = BROKEN,
    name: str = "名单.csv",
    kind: str = "facts",
) -> httpx.Response:
    return await http.post(f"/v1/imports/{kind}", headers=headers, files={"file": (name, data)})


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_file_is_accepted_and_its_rows_can_be_followed(
    http: httpx.AsyncClient, as_: Any, finish: Any, rows_of: Any
) -> None:
    answer = await post(http, as_())
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/imports/{job['id']}"
    expected = {
        "kind": "facts", "file_name": "名单.csv", "district": "340100", "status": "waiting",
        "total": 3, "created": 0, "changed": 0, "unchanged": 0, "rejected": 0,
        "submitted_at": "2026-03-02T01:00:00Z", "finished_at": None, "same_file_as": None,
        "dry_run": False,
        "ignored_columns": ["序号", "备注"],
    }  # fmt: skip
    assert {name: job[name] for name in job if name != "id"} == expected
    await finish()
    done = (await http.get(f"/v1/imports/{job['id']}", headers=as_())).json()
    assert (done["status"], done["created"], done["rejected"]) == ("done", 1, 2)
    assert done["finished_at"] == "2026-03-02T01:00:00Z"
    rows = (await http.get(f"/v1/imports/{job['id']}/rows", headers=as_())).json()["items"]
    (fact,) = await rows_of("SELECT id FROM fact")
    assert rows[0] == {
        "number": 2, "outcome": "created", "reason": None, "errors": [],
        "subject_id": str(fact.id),
    }  # fmt: skip
    assert rows[1]["errors"] == [
        {"pointer": "/编号", "code": "string-pattern-mismatch", "message": "格式不符合要求"}
    ]


async def test_rows_are_paged_and_filtered_by_outcome(
    http: httpx.AsyncClient, as_: Any, finish: Any, csv_of: Any
) -> None:
    data = csv_of("001", "x", "002", "y", "003", "z")
    url = (await post(http, as_(), data)).headers["location"] + "/rows"
    await finish()
    query = {"outcome": "rejected", "limit": 2}
    first = await http.get(url, params=query, headers=as_())
    assert [row["number"] for row in first.json()["items"]] == [3, 5]
    assert 'rel="next"' in first.headers["link"]
    cursor = first.json()["next_cursor"]
    second = await http.get(url, params={**query, "cursor": cursor}, headers=as_())
    assert [row["number"] for row in second.json()["items"]] == [7]
    assert second.json()["next_cursor"] is None
    wrong = await http.get(url, params={"outcome": "created", "cursor": cursor}, headers=as_())
    assert problem(wrong) == (422, "invalid")


async def test_the_report_can_be_mended_and_imported_again(
    http: httpx.AsyncClient, as_: Any, finish: Any, rows_of: Any
) -> None:
    url = (await post(http, as_())).headers["location"]
    await finish()
    answer = await http.get(f"{url}/report.csv", headers=as_())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    headings, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert headings == ["行号", "未导入原因", "序号", "编号", "名称", "区划", "备注"]
    assert rows[0] == ["3", "编号：格式不符合要求", "2", "x2", "'=1+1", "340103", "'@备注"]
    assert (rows[1][0], rows[1][-1]) == ("4", "'-5")
    read = await rows_of("SELECT actor FROM backbone.audit_entry WHERE action LIKE '%report-read'")
    assert [entry.actor for entry in read] == ["zhang"]

    mended = answer.content.replace(b"x2", b"002").replace(b"110101", b"340103")
    again = (await post(http, as_(), mended)).headers["location"]
    await finish()
    assert (await http.get(again, headers=as_())).json()["created"] == 2
    names = await rows_of("SELECT name FROM fact ORDER BY code")
    assert [fact.name for fact in names] == ["爱心社", "=1+1", "外地社"]
    second = await http.get(f"{again}/report.csv", headers=as_())
    assert second.text.splitlines()[0].count("行号") == 1


async def test_the_same_file_is_recognised(
    http: httpx.AsyncClient, as_: Any, finish: Any, csv_of: Any
) -> None:
    first = (await post(http, as_(), csv_of("001"))).json()
    await finish()
    second = (await post(http, as_(), csv_of("001"))).json()
    await finish()
    other = (await post(http, as_(), csv_of("002"))).json()
    assert (first["same_file_as"], other["same_file_as"]) == (None, None)
    assert second["same_file_as"] == first["id"]
    done = (await http.get(f"/v1/imports/{second['id']}", headers=as_())).json()
    assert (done["unchanged"], done["created"], done["same_file_as"]) == (1, 0, first["id"])


async def test_a_repeated_upload_with_the_same_key_is_answered_again(
    http: httpx.AsyncClient, as_: Any, rows_of: Any
) -> None:
    boundary = {"content-type": "multipart/form-data; boundary=b"}
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        + BROKEN
        + b"\r\n--b--\r\n"
    )
    headers = as_(**{"Idempotency-Key": "k1"}) | boundary
    first = await http.post("/v1/imports/facts", headers=headers, content=body)
    second = await http.post("/v1/imports/facts", headers=headers, content=body)
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert second.headers["location"] == first.headers["location"]
    other = await http.post(
        "/v1/imports/facts", headers=headers, content=body.replace(b"001", b"009")
    )
    assert problem(other) == (422, "idempotency-key-reused")
    assert len(await rows_of("SELECT id FROM backbone.import_job")) == 1


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty-file"),
        (b"PK\x03\x04rubbish", "a.xlsx", "broken-file"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "no-headings"),
        (b"%PDF", "a.pdf", "wrong-extension"),
    ],
)
async def test_a_broken_file_is_refused_and_leaves_nothing(
    http: httpx.AsyncClient, as_: Any, rows_of: Any, data: bytes, name: str, code: str
) -> None:
    answer = await post(http, as_(**{"Idempotency-Key": "k1"}), data, name)
    assert problem(answer) == (422, "unreadable-file")
    assert answer.json()["errors"][0]["code"] == code
    assert await rows_of("SELECT id FROM backbone.import_job") == []
    assert (await post(http, as_(**{"Idempotency-Key": "k1"}))).status_code == 202


async def test_requests_that_hold_no_file_are_refused(http: httpx.AsyncClient, as_: Any) -> None:
    url = "/v1/imports/facts"
    assert problem(await http.post(url, headers=as_())) == (422, "invalid")
    assert problem(await http.post(url, headers=as_(), json={"file": "x"})) == (422, "invalid")
    text = await http.post(url, headers=as_(), files={"other": ("a.csv", b"x")})
    assert problem(text) == (422, "invalid")
    two = [("file", ("a.csv", BROKEN)), ("file", ("b.csv", BROKEN))]
    assert problem(await http.post(url, headers=as_(), files=two)) == (400, "bad-request")
    torn = as_(**{"content-type": "multipart/form-data"})
    assert problem(await http.post(url, headers=torn, content=b"x")) == (400, "bad-request")


async def test_only_the_roles_of_the_kind_may_import(http: httpx.AsyncClient, as_: Any) -> None:
    assert problem(await post(http, {})) == (401, "not-authenticated")
    assert problem(await post(http, as_("e", Role.EXPERT))) == (403, "forbidden")
    without_district = as_("zhang", Role.CLERK, district=None)
    answer = await post(http, without_district)
    assert problem(answer) == (403, "forbidden")
    assert "行政区划" in answer.json()["detail"]
    assert problem(await post(http, as_(), kind="unknown")) == (404, "not-found")
    admin = await post(http, as_("root", Role.SYSTEM_ADMIN, district=None))
    assert (admin.status_code, admin.json()["district"]) == (202, "100000")


async def test_a_job_is_shown_to_its_district_and_to_administrators_only(
    http: httpx.AsyncClient, as_: Any, finish: Any
) -> None:
    url = (await post(http, as_("zhang", district="340103"))).headers["location"]
    await finish()
    readers = [
        as_("zhang", district="340103"),
        as_("li", Role.APPROVER, district="340103"),
        as_("wang", Role.CLERK, district="340100"),
        as_("root", Role.SYSTEM_ADMIN, district=None),
    ]
    others = [
        as_("li", Role.CLERK, district="340104"),
        as_("li", Role.CLERK, district="110000"),
        as_("li", Role.CLERK, district=None),
        as_("li", Role.EXPERT, district="340103"),
        as_("li", Role.ORGANIZATION, district="340103"),
    ]
    for path in ("", "/rows", "/report.csv"):
        for headers in readers:
            assert (await http.get(url + path, headers=headers)).status_code == 200
        for headers in others:
            assert problem(await http.get(url + path, headers=headers)) == (404, "not-found")
        assert problem(await http.get(url + path)) == (401, "not-authenticated")
    for headers in readers:
        assert len((await http.get("/v1/imports", headers=headers)).json()["items"]) == 1
    for headers in others:
        assert (await http.get("/v1/imports", headers=headers)).json()["items"] == []


async def test_jobs_are_listed_newest_first_in_pages(
    http: httpx.AsyncClient, as_: Any, csv_of: Any
) -> None:
    made = [(await post(http, as_(), csv_of(f"00{n}"))).json()["id"] for n in range(3)]
    first = (await http.get("/v1/imports", params={"limit": 2}, headers=as_())).json()
    assert [job["id"] for job in first["items"]] == [made[2], made[1]]
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await http.get("/v1/imports", params=query, headers=as_())).json()
    assert [job["id"] for job in second["items"]] == [made[0]]


async def test_the_template_is_what_the_import_reads(
    http: httpx.AsyncClient, as_: Any, finish: Any
) -> None:
    url = "/v1/imports/templates/facts.xlsx"
    assert problem(await http.get(url)) == (401, "not-authenticated")
    unknown = await http.get("/v1/imports/templates/other.xlsx", headers=as_())
    assert problem(unknown) == (404, "not-found")
    answer = await http.get(url, headers=as_())
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["编号*", "名称*", "区划*", "人数", "成立日期"]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert book["填写说明"]["C2"].value == "三至六位数字"
    sheet.append(["001", "爱心社", "340103", None, None])
    content = io.BytesIO()
    book.save(content)
    found = read_table(content.getvalue(), "a.xlsx", Vocabulary(KNOWN, ["编号"]))
    assert (found.headings, found.rows[0].number) == (KNOWN, 2)
    job = (await post(http, as_(), content.getvalue(), "名单.xlsx")).headers["location"]
    await finish()
    assert (await http.get(job, headers=as_())).json()["created"] == 1


async def test_the_description_of_the_api_names_the_file(http: httpx.AsyncClient, as_: Any) -> None:
    document = (await http.get("/openapi.json")).json()
    body = document["paths"]["/v1/imports/{kind}"]["post"]["requestBody"]
    assert list(body["content"]) == ["multipart/form-data"]
