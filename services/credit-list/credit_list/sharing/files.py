"""The files of a closed day, written row by row.

What is read is never changed after the close, so that it makes no difference when and in how many
parts it is read: the same day gives the same bytes. Between two parts no connection is held.
"""

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from credit_list.sharing import fields, repository
from credit_list.sharing.domain import Operation, Subject, key_of
from credit_list.sharing.models import SharedChange, SharedDay

_AT_ONCE: Final = 500
BOM: Final = b"\xef\xbb\xbf"


class Part(StrEnum):
    FULL = "full"
    DELTA = "delta"

    @property
    def label(self) -> str:
        return "全量" if self is Part.FULL else "增量"


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    GB18030 = "gb18030"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file."""

    part: Part
    subject: Subject
    format: Format
    encoding: Encoding = Encoding.UTF_8

    @property
    def media_type(self) -> str:
        kind = "text/csv" if self.format is Format.CSV else "application/jsonl"
        return f"{kind}; charset={self.encoding.value}"

    def name(self, day: SharedDay, district: str) -> str:
        mark = "-gb18030" if self.encoding is Encoding.GB18030 else ""
        what = f"{self.subject.label}{self.part.label}"
        return f"{what}-{district}-{day.day.isoformat()}{mark}.{self.format.value}"


FILES: Final = [
    Wanted(part, subject, *form)
    for part in Part
    for subject in Subject
    for form in (
        (Format.CSV, Encoding.UTF_8),
        (Format.CSV, Encoding.GB18030),
        (Format.JSONL, Encoding.UTF_8),
    )
]


@dataclass(frozen=True, slots=True)
class Summary:
    rows: int
    size: int
    sha256: str


async def content(
    engine: AsyncEngine, day: SharedDay, district: str, wanted: Wanted
) -> AsyncIterator[bytes]:
    yield start_of(wanted)
    async for some in changes(engine, day, district, wanted.part, wanted.subject):
        yield lines(some, wanted)


async def summaries(
    engine: AsyncEngine, day: SharedDay, district: str, part: Part, subject: Subject
) -> list[tuple[Wanted, Summary]]:
    """Of every form of one file, in one reading."""
    files = [one for one in FILES if one.part is part and one.subject is subject]
    sums = [hashlib.sha256(start_of(one)) for one in files]
    sizes = [len(start_of(one)) for one in files]
    rows = 0
    async for some in changes(engine, day, district, part, subject):
        rows += len(some)
        for place, one in enumerate(files):
            written = lines(some, one)
            sums[place].update(written)
            sizes[place] += len(written)
    return [
        (one, Summary(rows, sizes[place], sums[place].hexdigest()))
        for place, one in enumerate(files)
    ]


async def changes(
    engine: AsyncEngine, day: SharedDay, district: str, part: Part, subject: Subject
) -> AsyncIterator[Sequence[SharedChange]]:
    last: Any = None
    order = SharedChange.subject_id if part is Part.FULL else SharedChange.position
    while True:
        query = _query(day, district, part, subject).order_by(order).limit(_AT_ONCE)
        if last is not None:
            query = query.where(order > last)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            some = (await session.scalars(query)).all()
        if some:
            yield some
        if len(some) < _AT_ONCE:
            return
        last = some[-1].subject_id if part is Part.FULL else some[-1].position


def start_of(wanted: Wanted) -> bytes:
    """The headings; with a byte order mark, without which Excel does not read Chinese."""
    if wanted.format is Format.JSONL:
        return b""
    written = _csv([fields.headings(wanted.subject)], wanted.encoding)
    return (BOM if wanted.encoding is Encoding.UTF_8 else b"") + written


def lines(some: Sequence[SharedChange], wanted: Wanted) -> bytes:
    if wanted.format is Format.CSV:
        return _csv([_cells(one, wanted.part) for one in some], wanted.encoding)
    return b"".join(_line(one, wanted.part) for one in some)


def _query(day: SharedDay, district: str, part: Part, subject: Subject) -> Select[SharedChange]:
    if part is Part.FULL:
        return repository.full(subject, day.last_position, district)
    return repository.delta(subject, day.first_position, day.last_position, district)


def _operation(one: SharedChange, part: Part) -> Operation:
    """Whoever starts from a full file knows nothing yet."""
    return Operation.ADD if part is Part.FULL else one.operation


def _cells(one: SharedChange, part: Part) -> list[str]:
    return fields.cells(one, key_of(one.subject, one.subject_id), _operation(one, part))


def _line(one: SharedChange, part: Part) -> bytes:
    told = {
        "key": key_of(one.subject, one.subject_id),
        "position": one.position,
        "operation": _operation(one, part).value,
        "day": one.day.isoformat(),
    }
    if one.content is not None:
        told["content"] = one.content
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _csv(rows: Sequence[Sequence[str]], encoding: Encoding) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode(encoding.value)
