"""Days, terms and measures of Order 60 and of NDRC Order 36, as plainly as they can be written."""

from datetime import date, timedelta

from liandong.values import working_days

SMALL_FINE_BELOW = 5_000_000
"""50,000 元 in 分."""
ORDER_36 = date(2026, 4, 1)
NOTHING_TO_RECTIFY = {"minor-penalty"}
MEASURES = {
    "serious": {"key-supervision", "bar-bids", "hold-payments", "no-honours", "review-grade"},
    "abnormal": {"limit-bids"},
    "red": {"priority-purchase", "priority-funding", "recommend-honours"},
}


def months_later(day: date, months: int) -> date:
    """The same day of the month; where the month has none, its last day."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        if months > 0:
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        else:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def working_day_after(day: date, number: int) -> date:
    calendar = working_days.load()
    while number:
        day += timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day


def way_out(name: str, code: str, day: date) -> date | None:
    """The first day on which a listing of that day may end; None: once the duty is done."""
    months = 24 if name == "serious" else 6 if code in NOTHING_TO_RECTIFY else 0
    if name == "serious" and day >= ORDER_36:
        months = max(months, 12)
    return months_later(day, months) if months else None


def shown_until(name: str, day: date) -> date | None:
    """Since Order 36 a serious listing is public for three years at most."""
    return months_later(day, 36) if name == "serious" and day >= ORDER_36 else None
