"""The table of listings whose measures a service executes."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.measures.domain import Obeyed


class ObeyedListing(Aggregate):
    """Mixin. One row for each listing, by its id, never deleted: it remembers that a listing is
    gone. Its version is the sequence of what this service tells of the listing's measures."""

    __tablename__ = "obeyed_listing"

    organization_id: Mapped[UUID] = mapped_column(index=True)
    listed_version: Mapped[int]
    gone: Mapped[bool]
    told: Mapped[dict[str, Any]]
    """Effects by code of measure, of those that this service executes."""
    ended: Mapped[dict[str, Any]]
    """Versions of the listing at which measures ended by their own term."""

    @property
    def known(self) -> Obeyed:
        return Obeyed(self.listed_version, self.gone, self.told, self.ended)
