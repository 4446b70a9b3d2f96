"""What goes over HTTP about receipts."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from credit_list.checks.domain import Purpose
from credit_list.receipts.domain import Verdict


class VerifyReceipt(BaseModel):
    """核验回执。答复过大的，不附答复，只附其规范形式的 SHA-256。"""

    model_config = ConfigDict(extra="forbid")

    receipt: str = Field(max_length=10_000)
    answer: dict[str, Any] | None = Field(default=None, description="回执所附的答复（answer）")
    sha256: str | None = Field(default=None, max_length=100, description="base64url，无填充")


class ReceiptVerdict(BaseModel):
    """核验结论；只有签名有效时才给出回执的内容。"""

    verdict: Verdict
    key_id: str | None = None
    as_of: datetime | None = None
    position: int | None = None
    purpose: Purpose | None = None
    rows: int | None = None


class PublicKey(BaseModel):
    """一个公钥（JSON Web Key）。"""

    alg: str
    crv: str
    kid: str
    kty: str
    use: str
    x: str


class PublicKeys(BaseModel):
    """公钥集（JWKS），新的在前；旧公钥用于核验以前的回执。"""

    keys: list[PublicKey]
