"""A partner that begins today without Kafka: the latest states by HTTP, then all events from there.

Needs Python 3.11 and nothing else. What it knows is kept in SQLite together with its place in the
feed, in one transaction, so that it goes on where it stopped and an event that comes twice takes
effect once::

    python partner_http.py --url https://credit-list.example.gov.cn --token-file token

``--once`` ends when everything that was there has been read.
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

WAIT_SECONDS = 25
ENDED = {
    "cn.liandong.registry.penalty.unpublished",
    "cn.liandong.registry.penalty.withdrawn",
    "cn.liandong.registry.inspection.dropped",
    "cn.liandong.evaluation.grade.cancelled",
    "cn.liandong.evaluation.grade.expired",
    "cn.liandong.credit-list.organization.delisted",
    "cn.liandong.credit-list.record.withdrawn",
    "cn.liandong.credit-list.foreign-listing.ended",
    "cn.liandong.supply-demand.site.withdrawn",
}
"""Events after which the aggregate is shown no longer."""

Page = dict[str, Any]


class Copy:
    """What we know: of each aggregate the sequence and the fields; no fields: it is gone."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS aggregate"
            " (id TEXT PRIMARY KEY, sequence INTEGER, fields TEXT)"
        )
        self.db.execute("CREATE TABLE IF NOT EXISTS place (cursor TEXT)")

    @property
    def place(self) -> str | None:
        """The cursor in the feed; None before the states have been read to their end."""
        row = self.db.execute("SELECT cursor FROM place").fetchone()
        return row[0] if row else None

    def learn(self, one: Page) -> bool:
        """Takes a state or an event in; False when we knew it, or something newer."""
        subject, sequence = one["subject"], int(one["sequence"])
        known = self.db.execute(
            "SELECT sequence, fields FROM aggregate WHERE id = ?", (subject,)
        ).fetchone()
        if known is not None and known[0] >= sequence:
            return False
        fields = None
        if one["type"] not in ENDED:
            before = json.loads(known[1]) if known is not None and known[1] else {}
            fields = json.dumps(before | one["data"], ensure_ascii=False)
        self.db.execute(
            "INSERT OR REPLACE INTO aggregate VALUES (?, ?, ?)", (subject, sequence, fields)
        )
        return True

    def go_on_from(self, cursor: str) -> None:
        self.db.execute("DELETE FROM place")
        self.db.execute("INSERT INTO place VALUES (?)", (cursor,))

    def close(self) -> None:
        self.db.close()


def react(event: Page) -> None:
    """Your own part: what an event means to you."""
    print(event["type"], event["subject"], event["sequence"], flush=True)


def pages(get: "Reader", path: str, after: str, **parameters: Any) -> Iterator[Page]:
    """One page after the other, as long as there is more."""
    more = True
    while more:
        page = get(path, after=after, **parameters)
        yield page
        after, more = page["next"], page["more"]


class Reader:
    def __init__(self, url: str, token: str) -> None:
        self._url, self._headers = url.rstrip("/"), {"Authorization": f"Bearer {token}"}

    def __call__(self, path: str, **parameters: Any) -> Page:
        url = f"{self._url}{path}?{urlencode(parameters)}"
        request = Request(url, headers=self._headers)  # noqa: S310 - the operator names it
        with urlopen(request, timeout=WAIT_SECONDS + 30) as answer:  # noqa: S310
            return json.load(answer)


def begin_from_now(get: Reader, copy: Copy) -> None:
    """The place in the feed is that of before the first page: what came since is read again."""
    with copy.db:
        for page in pages(get, "/v1/states", "", limit=500):
            for state in page["items"]:
                copy.learn(state)
            copy.go_on_from(page["events_after"])


def follow(get: Reader, copy: Copy, *, once: bool) -> None:
    """Every event once; the place is kept together with the effect."""
    while True:
        wait = 0 if once else WAIT_SECONDS
        for page in pages(get, "/v1/events", copy.place or "", limit=500, wait=wait):
            with copy.db:
                for event in page["items"]:
                    if copy.learn(event):
                        react(event)
                copy.go_on_from(page["next"])
        if once:
            return


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True, help="address of one service")
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--copy", type=Path, default=Path("copy.sqlite"))
    parser.add_argument("--once", action="store_true")
    given = parser.parse_args(None if arguments is None else list(arguments))
    get, copy = Reader(given.url, given.token_file.read_text().strip()), Copy(given.copy)
    try:
        if copy.place is None:
            begin_from_now(get, copy)
        follow(get, copy, once=given.once)
    finally:
        copy.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
