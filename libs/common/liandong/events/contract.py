"""The base class of event contracts.

The class *is* the contract: the JSON Schema, the AsyncAPI document and the compatibility check
are made from it. A payload carries ids, codes and decisions, never personal data.
"""

import re
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

_TYPE = re.compile(r"^cn\.liandong\.([a-z][a-z-]*)\.([a-z][a-z-]*)\.([a-z][a-z-]*)$")


class Event(BaseModel):
    """Something that happened. Subclasses are named in the past tense.

    ``type`` is ``cn.liandong.<service>.<subject>.<fact>``; ``version`` grows when the payload
    grows (optional fields only); ``subject_field`` names the field with the aggregate's id.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    version: ClassVar[int] = 1
    subject_field: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        declared = cls.__dict__.get("type")
        if declared is not None and not _TYPE.match(declared):
            raise TypeError(f"{cls.__name__}.type is not cn.liandong.<service>.<subject>.<fact>")

    @classmethod
    def service(cls) -> str:
        """The service that publishes the event, as in its topic."""
        return _parts(cls.type)[0]

    @classmethod
    def subject_kind(cls) -> str:
        return _parts(cls.type)[1]

    @classmethod
    def topic(cls) -> str:
        return f"liandong.{cls.service()}"

    @classmethod
    def dataschema(cls) -> str:
        return f"urn:liandong:event:{cls.type}:{cls.version}"

    @property
    def subject(self) -> UUID:
        """The id of the aggregate whose event this is."""
        return getattr(self, self.subject_field)

    @property
    def key(self) -> str:
        """Events of one key keep their order: the organisation's id, else the aggregate's."""
        organization: UUID | None = getattr(self, "organization_id", None)
        return str(organization or self.subject)

    @property
    def district_code(self) -> str | None:
        return getattr(self, "district", None)

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Parses a payload; fields unknown to this version are ignored (tolerant reader)."""
        return cls.model_validate_json(payload)


def _parts(event_type: str) -> tuple[str, str, str]:
    match = _TYPE.match(event_type)
    if match is None:
        raise TypeError(f"{event_type!r} is not cn.liandong.<service>.<subject>.<fact>")
    service, subject, fact = match.groups()
    return service, subject, fact


def service_of(event_type: str) -> str:
    """The service that publishes events of ``event_type``."""
    return _parts(event_type)[0]
