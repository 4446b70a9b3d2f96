"""What every table of a service has in common."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Enum, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from liandong.ids import uuid7
from liandong.problems import PreconditionFailed

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def service_base() -> type[DeclarativeBase]:
    """The declarative base of one service; each service has its own, with its own metadata."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = {  # noqa: RUF012 - the form that SQLAlchemy reads
            datetime: DateTime(timezone=True),
            int: BigInteger,
            dict[str, Any]: JSONB,
            list[str]: JSONB,
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                length=40,
                values_callable=lambda kind: [member.value for member in kind],
            ),
        }

    return Base


class Aggregate:
    """Mixin of a table whose rows are changed under a row lock and tell of it by events.

    ``version`` counts the changes: it is the ETag of the row and the sequence of its events.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    def expect(self, version: int) -> None:
        """Refuses a change that was decided on an older version (412)."""
        if self.version != version:
            raise PreconditionFailed(
                f"当前版本为 {self.version}，请求所依据的版本为 {version}",
                extra={"current_version": self.version},
            )

    def touch(self, now: datetime) -> None:
        """Marks a change; a change that is published is marked by ``publish`` itself."""
        self.version += 1
        self.updated_at = now
