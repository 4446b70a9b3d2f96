"""What goes over HTTP about successions."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.successions.models import SuccessionKind


class SuccessionRead(BaseModel):
    """一次承接。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    predecessor_id: UUID
    successor_id: UUID
    kind: SuccessionKind = Field(description="upgrade 备案升级为登记；merger 合并；division 分立")
    on: date


class LineageStep(SuccessionRead):
    predecessor_name: str
    predecessor_number: str = Field(description="统一社会信用代码或备案编号")
    successor_name: str
    successor_number: str
    distance: int = Field(description="与所查组织相隔几代，从1起")


class LineageRead(BaseModel):
    """一个组织的沿革：由哪些组织而来，又由哪些组织承接。"""

    organization_id: UUID
    before: list[LineageStep]
    after: list[LineageStep]
    is_truncated: bool = Field(description="太长，只列出最近的")
