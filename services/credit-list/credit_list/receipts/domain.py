"""What a receipt proves. Pure."""

from enum import StrEnum
from typing import Any, Final

from credit_list.checks.answers import canonical, digest
from liandong.values.signing import Read

KIND: Final = "liandong-credit-receipt+jws"


class Verdict(StrEnum):
    VALID = "valid"
    """签名有效，且与所给答复（如有）一致"""
    ALTERED = "altered"
    """回执被改动，或与所给答复不一致"""
    UNKNOWN_KEY = "unknown-key"
    """签名密钥不是本服务公布的"""
    MALFORMED = "malformed"
    """不是本服务的回执"""


def verdict(read: Read, answer: Any, sha256: str | None) -> Verdict:
    """``answer`` is the parsed answer; None: only the signature is looked at."""
    if read.claims is None:
        return Verdict(read.fault or "malformed")
    proved = read.claims.get("sha256")
    if answer is not None:
        try:
            computed = digest(canonical(answer).encode())
        except (ValueError, RecursionError):  # signs that no answer of ours can hold
            return Verdict.ALTERED
        if computed != proved:
            return Verdict.ALTERED
    return Verdict.ALTERED if sha256 not in (None, proved) else Verdict.VALID
