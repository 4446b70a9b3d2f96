"""工作日: working days with statutory holidays and make-up working days, as data.

「二日」「三日」「五日」「七日」 in 行政处罚法 art. 85 are working days. The State Council publishes
each year's arrangement in the autumn before; a year without data is never guessed.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

DayKind = Literal["holiday", "makeup_workday"]
_SATURDAY = 5
_DAY = timedelta(days=1)


class CalendarMissing(LookupError):
    """The arrangement of ``year`` is not loaded; ``str()`` is a Chinese sentence."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"缺少{year}年的工作日历，请先导入国务院办公厅公布的{year}年节假日和调休安排"
        )
        self.year = year


class WorkingCalendar:
    """Which days are working days in the covered years. Immutable."""

    def __init__(
        self,
        years: Iterable[int],
        holidays: Iterable[date],
        makeup_workdays: Iterable[date],
        *,
        overrides: Mapping[date, DayKind] | None = None,
    ) -> None:
        """``overrides`` are an operator's extra days, such as a local day off; they win."""
        self.years = frozenset(years)
        self._kinds: dict[date, DayKind] = dict.fromkeys(holidays, "holiday")
        self._kinds |= dict.fromkeys(makeup_workdays, "makeup_workday")
        self._kinds |= overrides or {}

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[date, DayKind]], overrides: Mapping[date, DayKind] | None = None
    ) -> Self:
        """A year is covered when its 1 January is among the rows; later rows win."""
        kinds = dict(rows)
        years = {day.year for day in kinds if (day.month, day.day) == (1, 1)}
        return cls(years, (), (), overrides={**kinds, **(overrides or {})})

    @classmethod
    def from_files(cls, *extra: Path, overrides: Mapping[date, DayKind] | None = None) -> Self:
        """The shipped data, then an operator's files of the same form (``day,kind,name``).

        This is how a new year is added before the next release. Raises ValueError with a Chinese
        sentence that names the line which cannot be read.
        """
        shipped = files("liandong.values").joinpath("data/holidays.csv")
        texts = [shipped.read_text(encoding="utf-8")]
        texts += [path.read_text(encoding="utf-8-sig") for path in extra]
        return cls.from_rows((row for text in texts for row in _rows(text)), overrides)

    def assuming_weekends(self) -> "WorkingCalendar":
        """For a provisional answer: in years without data Monday to Friday are working days."""
        return _Assuming(self.years, (), (), overrides=self._kinds)

    def covers(self, year: int) -> bool:
        """Whether the arrangement of the year is loaded."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Raises CalendarMissing when the year is not covered; an instant is refused."""
        if isinstance(day, datetime):
            raise TypeError("a working day is a date in China; use liandong.clock.china_date")
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        kind = self._kinds.get(day)
        return kind == "makeup_workday" or (kind is None and day.weekday() < _SATURDAY)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, which is itself not counted (民法典 art. 201).

        ``n`` = 0 gives ``day``, or the next working day when it is a day of rest (art. 203); a
        negative ``n`` counts back. Raises CalendarMissing when the count needs a missing year.
        """
        if n == 0:
            return day if self.is_working_day(day) else self.add(day, 1)
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``: the inverse of :meth:`add`.

        Raises ValueError when ``end`` is before ``start``, and CalendarMissing.
        """
        if end < start:
            raise ValueError("截止日期早于起始日期")
        days = (end - start).days
        return sum(self.is_working_day(start + _DAY * i) for i in range(1, days + 1))


class _Assuming(WorkingCalendar):
    def is_working_day(self, day: date) -> bool:
        return super().is_working_day(day) if self.covers(day.year) else day.weekday() < _SATURDAY


@lru_cache(maxsize=1)
def load() -> WorkingCalendar:
    """The calendar shipped with the package, read once per process."""
    return WorkingCalendar.from_files()


def _rows(text: str) -> Iterable[tuple[date, DayKind]]:
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if number == 1 or not row:
            continue
        match row:
            case [day, ("holiday" | "makeup_workday") as kind, *_]:
                try:
                    yield date.fromisoformat(day), kind
                except ValueError:
                    raise ValueError(f"工作日历第{number}行的日期“{day}”无法识别") from None
            case _:
                raise ValueError(
                    f"工作日历第{number}行有误：应为“日期,holiday或makeup_workday,名称”"
                )
