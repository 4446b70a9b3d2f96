"""The board as a page to read and to print (无障碍环境建设法 art. 32).

No script, nothing from elsewhere, no form. Every text is escaped; the one style sheet is allowed
by its hash. What colour says, words say as well.
"""

import base64
import hashlib
from datetime import date
from html import escape
from itertools import groupby
from typing import Final

from credit_list.boards.schemas import BoardDay, BoardRow, BoardTotal

_STYLE: Final = (
    "body{font-family:serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#111;"
    "background:#fff;line-height:1.6}"
    "h1{text-align:center}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{font-weight:bold;font-size:1.2rem;text-align:left;padding:.5rem 0}"
    "th,td{border:1px solid #444;padding:.4rem;text-align:left;vertical-align:top}"
    "thead{display:table-header-group}"
    "tr{break-inside:avoid}"
    "a{color:#003a8c}"
    "a:focus{outline:3px solid #003a8c}"
    ".red caption{border-left:.5rem solid #a8071a;padding-left:.5rem}"
    ".serious caption{border-left:.5rem solid #000;padding-left:.5rem}"
    ".abnormal caption{border-left:.5rem solid #8a5a00;padding-left:.5rem}"
    "@media print{nav,.skip{display:none}body{margin:0;max-width:none}@page{size:A4;margin:2cm}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADINGS: Final = (
    "序号",
    "组织名称",
    "统一社会信用代码或备案编号",
    "作出决定机关所在地",
    "事由",
    "依据",
    "列入日期",
    "有效期至",
)


def page_of(board: BoardDay, path: str, chosen: str = "") -> str:
    """The whole page; ``path`` and ``chosen`` (the list looked at) for the links to the others."""
    title = f"{board.title}（{day_in_words(board.day)}）"
    parts = [
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        '<a class="skip" href="#board">跳到公示内容</a>',
        f"<header><h1>{escape(board.title)}</h1>",
        f"<p>公示日期：{_time(board.day)}</p>",
        f"<p>公示依据：{escape('；'.join(board.basis))}</p></header>",
        f'<main id="board">{_totals(board)}',
        *_tables(board),
        "</main>",
        _pages(board, path, chosen),
        f"<footer><p>{escape(board.remedy)}。</p>",
        f"<p>第{board.page}页，共{board.pages}页。</p></footer></body></html>",
    ]
    return "".join(parts)


def day_in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _totals(board: BoardDay) -> str:
    said = "，".join(f"{one.board}（{one.label}）{one.total}家" for one in board.totals)
    return f"<p>合计：{escape(said)}。</p>"


def _tables(board: BoardDay) -> list[str]:
    found = {name: list(rows) for name, rows in groupby(board.rows, key=lambda one: one.list)}
    return [
        _table(total, found.get(total.list, []))
        for total in board.totals
        if total.list in found or total.total == 0
    ]


def _table(total: BoardTotal, rows: list[BoardRow]) -> str:
    heading = f"{total.board}（{total.label}）"
    if not rows:
        return f"<section><h2>{escape(heading)}</h2><p>该日没有列入的社会组织。</p></section>"
    columns = "".join(f'<th scope="col">{escape(one)}</th>' for one in _HEADINGS)
    return (
        f'<table class="{total.list.value}"><caption>{escape(heading)}，共{total.total}家</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(map(_row, rows))}</tbody></table>"
    )


def _row(row: BoardRow) -> str:
    cells = (row.code or "", row.district_name, row.trigger_text, row.legal_basis)
    plain = "".join(f"<td>{escape(one)}</td>" for one in cells)
    until = _time(row.valid_until) if row.valid_until is not None else "—"
    return (
        f'<tr><td>{row.number}</td><th scope="row">{escape(row.organization_name)}</th>{plain}'
        f"<td>{_time(row.listed_on)}</td><td>{until}</td></tr>"
    )


def _time(day: date) -> str:
    return f'<time datetime="{day.isoformat()}">{day_in_words(day)}</time>'


def _pages(board: BoardDay, path: str, chosen: str) -> str:
    if board.pages == 1:
        return ""
    also = f"&list={chosen}" if chosen else ""
    links = [
        f'<a href="{escape(f"{path}?page={number}{also}")}">{words}</a>'
        for number, words in ((board.page - 1, "上一页"), (board.page + 1, "下一页"))
        if 1 <= number <= board.pages
    ]
    return f'<nav aria-label="分页">{" ".join(links)}</nav>'
