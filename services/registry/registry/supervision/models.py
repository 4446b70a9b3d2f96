"""Serial numbers of documents."""

from sqlalchemy.orm import Mapped, mapped_column

from registry.tables import Base


class DocumentSerial(Base):
    """The last number that an authority gave to a document of a series in a year."""

    __tablename__ = "document_serial"

    series: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    """District code of the authority."""
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
