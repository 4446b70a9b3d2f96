"""Effects of credit-list's catalogue of measures that are executed here. Pure."""

from typing import Final

REVIEW_GRADE: Final = "review-grade"
