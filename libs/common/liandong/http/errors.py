"""Every refusal leaves as problem+json: domain problems, invalid input, framework errors."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from liandong.http.idempotency import AnswerKnown
from liandong.problems import TYPE_PREFIX, FieldError, Invalid, Problem
from liandong.sentences import sentence

_STATUS_SLUGS = {
    400: ("bad-request", "请求有误"),
    404: ("not-found", "没有这个地址"),
    405: ("method-not-allowed", "该地址不支持此方法"),
    406: ("not-acceptable", "无法提供所要求的格式"),
    415: ("unsupported-media-type", "不支持的内容类型"),
}


def problem_response(problem: Problem) -> Response:
    return JSONResponse(
        problem.as_dict(),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Registers the handlers; what none of them knows is answered by the boundary."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(AnswerKnown, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error)


async def _known(_: Request, error: Exception) -> Response:
    assert isinstance(error, AnswerKnown)
    return error.response


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(
        Invalid("填写内容不符合要求，详见 errors", [_field_error(one) for one in error.errors()])
    )


def _field_error(error: dict[str, Any]) -> FieldError:
    """Located by pointer; the offending value itself is not repeated."""
    where, *path = error["loc"] or ("body",)
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    pointer = "/" + "/".join(steps if where == "body" else [str(where), *steps])
    return FieldError(pointer, error["type"].replace("_", "-"), sentence(error))


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug, title = _STATUS_SLUGS.get(
        error.status_code, ("http-error", HTTPStatus(error.status_code).phrase)
    )
    return JSONResponse(
        {
            "type": TYPE_PREFIX + slug,
            "title": title,
            "status": error.status_code,
            "detail": title,
        },
        status_code=error.status_code,
        headers=error.headers,
        media_type="application/problem+json",
    )
