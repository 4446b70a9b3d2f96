"""The table of listings whose measures are executed here."""

from liandong.measures.models import ObeyedListing as Columns
from supply_demand.tables import Base


class ObeyedListing(Columns, Base):
    """What was told of one listing's measures."""
