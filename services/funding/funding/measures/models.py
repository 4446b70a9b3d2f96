"""The table of listings whose measures are executed here."""

from funding.tables import Base
from liandong.measures.models import ObeyedListing as Columns


class ObeyedListing(Columns, Base):
    """What was told of one listing's measures."""
