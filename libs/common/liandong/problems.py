"""Problems (RFC 9457): what a caller is told when a request cannot be carried out.

A problem has a stable English ``type`` for programs and a Chinese ``title`` and ``detail`` for
people. Domain code raises subclasses of :class:`Problem`; the HTTP layer writes them out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

TYPE_PREFIX = "urn:liandong:problem:"
_RESERVED = {"type", "title", "status", "detail", "instance", "errors"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with the request, located by a JSON pointer (RFC 6901)."""

    pointer: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


@dataclass(eq=False)
class Problem(Exception):
    """Base of every refusal. Subclasses set ``status``, ``slug`` and ``title``."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "请求有误"

    detail: str = ""
    errors: Sequence[FieldError] = ()
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = _RESERVED & self.extra.keys()
        if taken:
            raise ValueError(f"RFC 9457 members cannot be extended: {sorted(taken)}")

    def __str__(self) -> str:
        return f"{self.slug}: {self.detail or self.title}"

    def as_dict(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
        }
        if self.errors:
            body["errors"] = [error.as_dict() for error in self.errors]
        return body | self.extra


class NotAuthenticated(Problem):
    status, slug, title = 401, "not-authenticated", "未登录或令牌无效"


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "无权执行此操作"


class NotFound(Problem):
    status, slug, title = 404, "not-found", "未找到"


class Conflict(Problem):
    """The request is well formed but the present state does not allow it."""

    status, slug, title = 409, "conflict", "当前状态不允许此操作"


class IllegalTransition(Conflict):
    slug, title = "illegal-transition", "当前状态不允许此操作"


class Gone(Problem):
    """It was there, and is given to nobody any more."""

    status, slug, title = 410, "gone", "已不再提供"


class PreconditionFailed(Problem):
    status, slug, title = 412, "stale-version", "内容已被他人修改，请重新读取后再试"


class TooLarge(Problem):
    status, slug, title = 413, "too-large", "请求内容过大"


class Invalid(Problem):
    """A well-formed request whose content breaks a rule; nothing was changed."""

    status, slug, title = 422, "invalid", "填写内容不符合要求"


class PreconditionRequired(Problem):
    status, slug, title = 428, "if-match-required", "修改前须提供 If-Match 版本号"


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", "请求过于频繁，请稍后再试"


class Unavailable(Problem):
    """Try again later; ``headers`` carries Retry-After in seconds."""

    status, slug, title = 503, "unavailable", "服务暂时不可用，请稍后再试"
