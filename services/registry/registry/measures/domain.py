"""Effects of credit-list's catalogue of measures that are executed here. Pure."""

from typing import Final

KEY_SUPERVISION: Final = "key-supervision"
