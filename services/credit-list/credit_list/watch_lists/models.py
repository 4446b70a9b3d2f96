"""The tables of watch lists."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.tables import Base
from liandong.db.base import Aggregate


class WatchList(Aggregate, Base):
    """Somebody's list of codes. Its row is the lock of its codes."""

    __tablename__ = "watch_list"

    owner: Mapped[str] = mapped_column(index=True)
    """The subject of whoever made it; nobody else reads it."""
    name: Mapped[str]


class WatchedCode(Base):
    """A credit code or filing number; whose it is, is looked up when changes are asked for, so
    that a code can be watched before the registry has told of the organisation."""

    __tablename__ = "watched_code"

    watch_list_id: Mapped[UUID] = mapped_column(ForeignKey("watch_list.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
