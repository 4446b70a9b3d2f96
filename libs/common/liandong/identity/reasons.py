"""Why a token was refused: the stable ``reason`` member of a 401 problem."""

from enum import StrEnum
from typing import Final

from liandong.problems import NotAuthenticated


class Reason(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown-key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    MISSING_EXPIRY = "missing-expiry"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    ISSUED_IN_FUTURE = "issued-in-future"
    CLAIMS = "claims"


_DETAILS: Final = {
    Reason.MISSING: "请先登录：请求没有携带访问令牌",
    Reason.MALFORMED: "访问令牌格式有误",
    Reason.ALGORITHM: "访问令牌的签名算法不被接受",
    Reason.UNKNOWN_KEY: "签发访问令牌的密钥不可识别",
    Reason.SIGNATURE: "访问令牌的签名无效",
    Reason.ISSUER: "访问令牌不是由受信任的认证中心签发",
    Reason.AUDIENCE: "访问令牌不是签发给本平台的",
    Reason.MISSING_EXPIRY: "访问令牌没有有效期",
    Reason.EXPIRED: "登录已过期，请重新登录",
    Reason.NOT_YET_VALID: "访问令牌尚未生效",
    Reason.ISSUED_IN_FUTURE: "访问令牌的签发时间晚于当前时间",
    Reason.CLAIMS: "访问令牌中的身份信息有误",
}


def refused(reason: Reason) -> NotAuthenticated:
    """The 401 problem for ``reason``, with the challenge RFC 6750 asks for."""
    challenge = "Bearer" if reason is Reason.MISSING else 'Bearer error="invalid_token"'
    return NotAuthenticated(
        _DETAILS[reason],
        headers={"WWW-Authenticate": challenge},
        extra={"reason": reason.value},
    )
