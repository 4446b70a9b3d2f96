"""What the form of every matter has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from liandong.problems import FieldError


class MatterContent(BaseModel, ABC):
    model_config = ConfigDict(extra="forbid")

    personal: ClassVar[frozenset[str]] = frozenset()
    """Fields that are kept encrypted."""

    @abstractmethod
    def items(self) -> list[str]:
        """Registered items that the matter touches."""

    def missing(self) -> Iterator[FieldError]:
        """What the form itself lacks."""
        yield from ()

    def happened(self) -> Mapping[str, date | None]:
        """Days of the form that cannot be still to come."""
        return {}

    def masked(self) -> Self:
        return self

    def kept(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is kept openly and what is kept encrypted."""
        every = self.model_dump(mode="json", exclude_unset=True)
        private = {name: every.pop(name) for name in sorted(self.personal & every.keys())}
        return every, private
