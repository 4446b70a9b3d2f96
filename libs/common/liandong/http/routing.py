"""Routers and the route class of the platform.

Every router is built by :func:`router_for` with its full prefix and is listed once in the
service's ``app.py``: nested routers would lose the outer prefix in ``route.path``.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field


class ProblemBody(BaseModel):
    """出错说明（RFC 9457）。``type`` 供程序识别，``title`` 与 ``detail`` 供人阅读。"""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list)


_DESCRIPTIONS = {
    400: "请求格式有误",
    401: "未登录或令牌无效",
    403: "无权执行",
    404: "未找到",
    409: "当前状态不允许",
    410: "已不再提供",
    412: "版本已过时",
    413: "内容过大",
    415: "不支持的内容类型",
    422: "填写内容不符合要求",
    428: "缺少 If-Match",
    429: "请求过于频繁",
    503: "暂时不可用",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """``responses=`` of an endpoint: the refusals it may give."""
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status in statuses
    }


ALWAYS = problems(400, 401, 403, 413, 422, 429, 503)


class CommandRoute(APIRoute):
    """Keeps the answer of a command in its transaction, so that a repeat can be answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_answer_kept(request: Request) -> Response:
            response = await handle(request)
            claim = request.scope.get("liandong.idempotency")
            if claim is not None:
                claim.keep(response)
            return response

        return with_answer_kept


def router_for(prefix: str, tag: str) -> APIRouter:
    """A flat router: ``prefix`` is whole (``/v1/organizations``), ``tag`` is Chinese."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=CommandRoute, responses=ALWAYS)
