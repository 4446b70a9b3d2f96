"""The use case of a check: look everything up at once, answer line by line, sign the answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.checks import answers, repository
from credit_list.checks.domain import Found, Purpose, Sort, Subject, first_places, read
from credit_list.checks.repository import Known
from credit_list.checks.rules import QUESTIONS
from credit_list.history.domain import Audience, audience_of
from credit_list.history.service import Historian
from liandong.clock import china_date
from liandong.db.reads import ReadPool
from liandong.events.feed import write_cursor
from liandong.identity.actors import Actor
from liandong.problems import FieldError, Invalid
from liandong.runtime import Runtime
from liandong.values.districts import ROOT

ISSUER = "/liandong/credit-list"


class TooManyCodes(Invalid):
    slug, title = "too-many-codes", "一次核查的代码过多"


@dataclass(frozen=True, slots=True)
class Question:
    subjects: Sequence[Subject]
    purpose: Purpose
    day: date | None = None


async def check_number(runtime: Runtime, session: AsyncSession, number: int) -> None:
    """Raises TooManyCodes for more than the rule set allows in one call."""
    today = china_date(runtime.clock.now())
    rules = await runtime.rule_book.resolve(session, QUESTIONS, ROOT, today)
    most = rules.parameters.codes_per_check.number
    if number > most:
        told = f"一次最多核查 {most} 个代码，现为 {number} 个"
        raise TooManyCodes(
            told, [FieldError("/codes", "too-many-codes", told)], extra={"most": most}
        )


async def answer(
    runtime: Runtime, pool: ReadPool, question: Question, actor: Actor, request_id: str
) -> bytes:
    """Answer and receipt. Who asked what for is on record before the answer leaves; of the codes
    only how many there were."""
    as_of = runtime.clock.now()
    recorded = runtime.questions.record(
        actor, "check.asked", "check", question.purpose.value,
        request_id=request_id, codes=len(question.subjects), day=str(question.day or ""),
    )  # fmt: skip
    subjects = question.subjects
    places = first_places(subjects)
    wanted = _looked_up(subjects, places)
    if question.day is None and len(subjects) > 1:
        position, blank, known = await repository.look_up_many(pool, wanted)
        found = {place: one.present() for place, one in known.items()}
        rows = _rows(subjects, places, blank, found)
    else:
        position, known = await repository.look_up(pool, wanted, question.day)
        found = await _then(runtime, known, question.day, audience_of(actor))
        rows = [_row(place, one, places, found) for place, one in enumerate(subjects)]
    head: dict[str, Any] = {
        "as_of": as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "day": None if question.day is None else question.day.isoformat(),
        "events_after": write_cursor(position),
        "position": position,
        "purpose": question.purpose.value,
    }
    body = answers.answer(head, rows)
    await recorded
    return b'{"answer":' + body + b',"receipt":"' + _receipt(runtime, head, rows, body) + b'"}'


def _rows(
    subjects: Sequence[Subject],
    places: Mapping[str, int],
    blank: Mapping[int, str],
    found: Mapping[int, Found],
) -> list[str]:
    """Line by line; most of thousands are of nobody who is listed, and are written at once."""
    rows: list[str] = []
    for place, subject in enumerate(subjects):
        asked, code = subject.asked, subject.code
        first = places.get(code, place)
        organization_id = blank.get(first)
        if organization_id is None:
            rows.append(_row(place, subject, places, found))
        else:
            text = f'"{code}"' if asked is code else answers.quoted(asked)
            repeats = None if first == place else first
            rows.append(answers.plain(text, code, organization_id, repeats))
    return rows


def _row(
    place: int, subject: Subject, places: Mapping[str, int], found: Mapping[int, Found]
) -> str:
    first = places.get(subject.code, place)
    one = found.get(first)
    if one is None:
        subject = read(subject.asked)  # not found: is it a number at all?
    repeats = None if first == place or subject.sort is None else first
    return answers.row(subject, one, repeats)


def _looked_up(
    subjects: Sequence[Subject], places: Mapping[str, int]
) -> Iterator[tuple[Sort, str, int]]:
    for code, place in places.items():
        sort = subjects[place].sort
        assert sort is not None
        yield sort, code, place


async def _then(
    runtime: Runtime, known: Mapping[int, Known], day: date | None, audience: Audience
) -> dict[int, Found]:
    """What counts on the day; None: now."""
    if day is None:
        return {place: one.present() for place, one in known.items()}
    async with AsyncSession(runtime.read_engine, autoflush=False) as session:
        historian = Historian(runtime.rule_book, session, audience, runtime.clock)
        return {place: await historian.found(one, day) for place, one in known.items()}


def _receipt(runtime: Runtime, head: dict[str, Any], rows: Sequence[str], body: bytes) -> bytes:
    assert runtime.receipts is not None
    claims = {
        "iss": ISSUER,
        "as_of": head["as_of"],
        "position": head["position"],
        "purpose": head["purpose"],
        "rows": len(rows),
        "sha256": answers.digest(body),
    }
    return runtime.receipts.sign(claims).encode()
