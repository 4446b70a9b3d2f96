"""The use case of a past day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.checks.domain import Found, Listed
from credit_list.checks.repository import Entry, Known
from credit_list.checks.rules import QUESTIONS
from credit_list.history.domain import Audience, Told, told
from credit_list.listings.domain import ADVERSE, ListName
from credit_list.listings.rules import LISTINGS
from liandong.clock import Clock, china_date
from liandong.rules.book import RuleBook
from liandong.values.districts import ROOT


class Historian:
    """Reads what was found with the eyes of one caller, by the rules of the days in question."""

    def __init__(
        self, book: RuleBook, session: AsyncSession, audience: Audience, clock: Clock
    ) -> None:
        self._book = book
        self._session = session
        self._audience = audience
        self._today = china_date(clock.now())
        self._repaired: bool | None = None

    async def told(self, known: Known, day: date) -> Told:
        return told(known, day, self._audience, repaired_shown=await self._repaired_shown())

    async def found(self, known: Known, day: date) -> Found:
        """What counts of it."""
        said = await self.told(known, day)
        lists = await self.listed(said.entries)
        return Found(known.organization_id, known.status, lists, said.before_known)

    async def listed(self, entries: Sequence[Entry]) -> list[Listed]:
        return [await self._as_it_was(one) for one in entries]

    async def _as_it_was(self, entry: Entry) -> Listed:
        """A relapse since may have brought other measures: those of the decision that held on the
        day stand in its rule set."""
        name = ListName(entry.listed.list)
        if entry.decided_rule_set == entry.rule_set or name not in ADVERSE:
            return entry.listed
        assert entry.decided_on is not None
        then = await self._book.resolve(self._session, LISTINGS, entry.district, entry.decided_on)
        measures = [one.code for one in getattr(then.parameters, name.value).measures]
        return entry.listed._replace(measures=measures)

    async def _repaired_shown(self) -> bool:
        if self._repaired is None:
            rules = await self._book.resolve(self._session, QUESTIONS, ROOT, self._today)
            self._repaired = rules.parameters.repaired.shown_to_partners
        return self._repaired
