"""The files of a closed day, written row by row.

What is read is never changed after the close, so that it makes no difference when and in how many
parts it is read: the same revision gives the same bytes. What has been corrected since is read
once, before the first part. So a file whose writing has begun is wholly of one revision, whatever
is repaired meanwhile, and between two parts no connection is held.
"""

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from credit_list.sharing import fields, repository
from credit_list.sharing.domain import Content, Line, Operation, Subject, key_of
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

    def name(self, day: SharedDay, district: str, revision: int) -> str:
        mark = f"-第{revision}版" if revision > 1 else ""
        mark += "-gb18030" if self.encoding is Encoding.GB18030 else ""
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


@dataclass(frozen=True, slots=True)
class Edition:
    """One file of a day as it stands at one moment, in whatever form."""

    day: SharedDay
    district: str
    part: Part
    subject: Subject
    revision: int
    """The first is 1; every correction of a line makes one more."""
    revised_at: datetime | None
    corrections: Mapping[int, Content | None]
    """By position: what the line says instead."""


async def edition(
    engine: AsyncEngine, day: SharedDay, district: str, part: Part, subject: Subject
) -> Edition:
    query = repository.corrections(_query(day, district, part, subject))
    async with AsyncSession(engine) as session:
        found = (await session.execute(query)).all()
    return Edition(
        day=day,
        district=district,
        part=part,
        subject=subject,
        revision=1 + len(found),
        revised_at=max((one.at for one in found), default=None),
        corrections={one.position: one.content for one in found},
    )


async def content(engine: AsyncEngine, file: Edition, wanted: Wanted) -> AsyncIterator[bytes]:
    yield start_of(wanted)
    async for some in parts(engine, file):
        yield written(some, wanted)


async def summaries(engine: AsyncEngine, file: Edition) -> list[tuple[Wanted, Summary]]:
    """Of every form of one file, in one reading."""
    part, subject = file.part, file.subject
    files = [one for one in FILES if one.part is part and one.subject is subject]
    sums = [hashlib.sha256(start_of(one)) for one in files]
    sizes = [len(start_of(one)) for one in files]
    rows = 0
    async for some in parts(engine, file):
        rows += len(some)
        for place, one in enumerate(files):
            data = written(some, one)
            sums[place].update(data)
            sizes[place] += len(data)
    return [
        (one, Summary(rows, sizes[place], sums[place].hexdigest()))
        for place, one in enumerate(files)
    ]


async def parts(engine: AsyncEngine, file: Edition) -> AsyncIterator[Sequence[Line]]:
    last: Any = None
    is_full = file.part is Part.FULL
    order = SharedChange.subject_id if is_full else SharedChange.position
    while True:
        query = _query(file.day, file.district, file.part, file.subject)
        query = query.order_by(order).limit(_AT_ONCE)
        if last is not None:
            query = query.where(order > last)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            some = (await session.scalars(query)).all()
        lines = [_line(one, file) for one in some]
        if is_full:
            lines = [one for one in lines if one.content is not None]
        if lines:
            yield lines
        if len(some) < _AT_ONCE:
            return
        last = some[-1].subject_id if is_full else some[-1].position


def start_of(wanted: Wanted) -> bytes:
    """The headings; with a byte order mark, without which Excel does not read Chinese."""
    if wanted.format is Format.JSONL:
        return b""
    first = _csv([fields.headings(wanted.subject)], wanted.encoding)
    return (BOM if wanted.encoding is Encoding.UTF_8 else b"") + first


def written(some: Sequence[Line], wanted: Wanted) -> bytes:
    if wanted.format is Format.CSV:
        return _csv([fields.cells(one) for one in some], wanted.encoding)
    return b"".join(_json(one) for one in some)


def _query(day: SharedDay, district: str, part: Part, subject: Subject) -> Select[SharedChange]:
    if part is Part.FULL:
        return repository.full(subject, day.last_position, district)
    return repository.delta(subject, day.first_position, day.last_position, district)


def _line(one: SharedChange, file: Edition) -> Line:
    content = file.corrections.get(one.position, one.content)
    if content is None:
        operation = Operation.DELETE
    else:  # whoever starts from a full file knows nothing yet
        operation = Operation.ADD if file.part is Part.FULL else one.operation
    key = key_of(one.subject, one.subject_id)
    return Line(one.subject, key, one.position, one.day, operation, content)


def _json(line: Line) -> bytes:
    told: dict[str, Any] = {
        "key": line.key,
        "position": line.position,
        "operation": line.operation.value,
        "day": line.day.isoformat(),
    }
    if line.content is not None:
        told["content"] = line.content
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _csv(rows: Sequence[Sequence[str]], encoding: Encoding) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue().encode(encoding.value)
