"""Effects of credit-list's catalogue of measures that are executed here. Pure."""

from typing import Final

HOLD_PAYMENTS: Final = "hold-payments"
PRIORITY_FUNDING: Final = "priority-funding"
