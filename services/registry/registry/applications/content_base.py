"""What the form of every matter has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from liandong.problems import FieldError
from liandong.values.days import IsoDay
from registry.organizations.schemas import LAST_DAY


class MatterContent(BaseModel, ABC):
    model_config = ConfigDict(extra="forbid")

    personal: ClassVar[frozenset[str]] = frozenset()
    """Fields that are kept encrypted."""

    consented_on: Annotated[IsoDay | None, Field(le=LAST_DAY)] = Field(
        default=None, description="业务主管单位审查同意的日期；直接登记的不填"
    )

    @abstractmethod
    def items(self) -> list[str]:
        """Registered items that the matter touches."""

    def missing(self) -> Iterator[FieldError]:
        """What the form itself lacks."""
        yield from ()

    def happened(self) -> Mapping[str, date | None]:
        """Days of the form, beside that of the consent, that cannot be still to come."""
        return {}

    def masked(self) -> Self:
        return self

    def kept(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is kept openly and what is kept encrypted."""
        every = self.model_dump(mode="json", exclude_unset=True)
        private = {name: every.pop(name) for name in sorted(self.personal & every.keys())}
        return every, private
