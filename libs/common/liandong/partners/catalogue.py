"""The file in which the operator writes who reads the topics. It holds no secret.

partners:
  - name: city-data-bureau
    title: 市数据资源管理局
    topics: [registry, credit-list]
    hosts: [10.20.30.40]
    consumer_byte_rate: 2097152
    request_percentage: 25
"""

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, StringConstraints, model_validator

from liandong.settings import SERVICES

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class InvalidCatalogue(ValueError):
    """The file cannot be read or says something that cannot be; the message is Chinese."""


class Partner(BaseModel):
    """接入单位: one organisation outside, one user on the brokers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    title: str = Field(min_length=1, max_length=100)
    topics: tuple[str, ...] = Field(min_length=1)
    """The services whose events it reads."""
    states: bool = True
    """Whether it reads their latest states as well."""
    hosts: tuple[IPvAnyAddress, ...] = ()
    """Addresses it may come from; none named: any."""
    consumer_byte_rate: int = Field(2_097_152, ge=65_536, le=1_073_741_824)
    """Bytes a second that each broker sends it at most."""
    request_percentage: float = Field(25, gt=0, le=200)
    """Share of a broker's request threads, in percent of one thread."""

    @model_validator(mode="after")
    def _known_topics(self) -> Self:
        unknown = sorted(set(self.topics) - set(SERVICES))
        if unknown:
            raise ValueError(f"没有服务 {'、'.join(unknown)}（有 {'、'.join(SERVICES)}）")
        return self

    def user(self, prefix: str) -> str:
        """Its name on the brokers; ``prefix`` is that of the platform's topics."""
        return f"{user_prefix(prefix)}{self.name}"

    def group_prefix(self, prefix: str) -> str:
        """How the name of each of its consumer groups begins."""
        return f"{self.user(prefix)}."

    def quotas(self) -> dict[str, float]:
        return {
            "consumer_byte_rate": float(self.consumer_byte_rate),
            "request_percentage": self.request_percentage,
        }


class Catalogue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    partners: tuple[Partner, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [one.name for one in self.partners]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"接入单位重复：{'、'.join(twice)}")
        return self


def user_prefix(prefix: str) -> str:
    return f"{prefix}partner."


def read(path: Path) -> Catalogue:
    """Raises :class:`InvalidCatalogue`, and OSError where there is no such file."""
    try:
        return Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise InvalidCatalogue(f"{path} 不是 YAML：{error}") from error
    except ValueError as error:
        raise InvalidCatalogue(f"{path}：{error}") from error
