"""The declarative base of this service's tables."""

from liandong.db.base import service_base

Base = service_base()
