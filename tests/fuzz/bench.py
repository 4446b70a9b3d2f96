"""The bench: one service, every request of its fuzzing, and what must hold of every answer."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import httpx
import requests
from schemathesis import Case
from schemathesis.checks import CheckContext, not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks as openapi

from liandong.http import errors
from liandong.problems import TYPE_PREFIX, Problem
from tests.fuzz.access import Caller
from tests.fuzz.dressing import Dressing
from tests.fuzz.plan import every_case, how_to_repeat
from tests.fuzz.world import World

T = TypeVar("T")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass
class Bench:
    """Sends cases to the application and judges the answers; counts them by operation."""

    schema: BaseSchema
    world: World
    dressing: Dressing
    runner: asyncio.Runner
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def try_out(self, operation: str) -> None:
        """Every case of this run for the operation, by its label."""
        method, path = operation.split(" ", 1)
        every_case(self.schema[path][method], self.judge)()

    def judge(self, case: Case) -> None:
        """One request; raises when the answer is not as the document and the platform promise."""
        try:
            self._judge(case)
        except Exception as error:
            error.add_note(f"again: {how_to_repeat(self.dressing.scene.service)}")
            raise

    def _judge(self, case: Case) -> None:
        who, answer = self.run(self._exchange(case))
        if answer is None:
            return
        self.answers[case.operation.label][answer.status_code] += 1
        case.validate_response(answer, checks=[*CHECKS, self.an_unknown_method_is_refused])
        assert who.may or not answer.is_success, f"{who} was let through: {answer.text}"
        if not who.authenticated and not who.may and case.method == case.operation.method.upper():
            assert answer.status_code in UNKNOWN_CALLER, answer.text

    def an_unknown_method_is_refused(
        self, ctx: CheckContext, response: Response, case: Case
    ) -> bool | None:
        """405, unless the address is also one of another operation that has the method."""
        if any(
            method == case.method and template.fullmatch(case.formatted_path)
            for method, template in self._templates
        ):
            return None
        return openapi.unsupported_method(ctx, response, case)

    @cached_property
    def _templates(self) -> list[tuple[str, re.Pattern[str]]]:
        found = []
        for result in self.schema.get_all_operations():
            one = result.ok()
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one.path))
            found.append((one.method.upper(), re.compile(pattern)))
        return found

    async def _exchange(self, case: Case) -> tuple[Caller, httpx.Response | None]:
        who = await self.dressing.put_on(case)
        request = _prepared(case)
        if request is None:
            return who, None
        client = self.world.service.client
        answer = await client.send(request)
        if answer.is_success and case.method not in ("GET", "HEAD", "OPTIONS"):
            self.world.changed()
        if answer.status_code == 409:
            self.world.refused[case.operation.label, self.world.acted_on] += 1
        return who, answer


UNKNOWN_CALLER = (400, 401, 404, 405, 413, 415, 422)
"""What a caller without a valid token is told; a request that cannot be read may be told first."""


def _prepared(case: Case) -> httpx.Request | None:
    """What would go over the wire; None where no client could send it."""
    arguments = case.as_transport_kwargs(base_url="http://service.test")
    if isinstance(arguments.get("files"), list):
        arguments["files"] = [(name, _named(file)) for name, file in arguments["files"]]
    try:
        wire = requests.Request(**arguments).prepare()
    except (requests.exceptions.InvalidHeader, UnicodeError):
        return None
    body = wire.body
    content = body.encode() if isinstance(body, str) else body
    headers = [
        (_bytes(name), _bytes(value)) for name, value in wire.headers.items() if name != "Host"
    ]
    url = httpx.URL(scheme="http", host="service.test", raw_path=_target(wire))
    return httpx.Request(str(wire.method), url, headers=headers, content=content)


def _named(file: Any) -> Any:
    """A file of ours has no name yet, and its name says how it is read."""
    if not isinstance(file, tuple) or file[0] != "file":
        return file
    is_pdf = isinstance(file[1], bytes) and file[1].startswith(b"%PDF")
    return ("scan.pdf" if is_pdf else "rows.csv", *file[1:])


def _target(wire: requests.PreparedRequest) -> bytes:
    return wire.path_url.encode()


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")


def known_slugs() -> frozenset[str]:
    """The slug of every problem class that is loaded, and of the framework's own refusals."""
    found = {slug for slug, _ in errors._STATUS_SLUGS.values()}
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        one = waiting.pop()
        found.add(one.slug)
        waiting += one.__subclasses__()
    return frozenset(found)


def every_refusal_is_a_problem(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """RFC 9457 with a type that programs can rely on, also where the document says nothing."""
    if response.status_code < 400:
        return None
    kind = response.headers.get("content-type", [""])[0]
    assert kind == "application/problem+json", f"a refusal as {kind}"
    body = json.loads(response.content)
    assert body["status"] == response.status_code, body
    slug = body["type"].removeprefix(TYPE_PREFIX)
    assert slug != body["type"], f"the type is not ours: {body['type']}"
    assert _SLUG.fullmatch(slug), slug
    assert slug in known_slugs(), f"no problem of the platform has this type: {slug}"
    for name in ("title", "detail"):
        assert isinstance(body[name], str), f"{name} says nothing"
        assert body[name], f"{name} says nothing"
    for one in body.get("errors", ()):
        assert one["pointer"].startswith("/"), one
        assert one["code"], one
    return None


def the_status_is_documented(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    return openapi.status_code_conformance(ctx, response, case)


def what_is_invalid_is_refused(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """Schemathesis cannot tell that a sheet of ours, being bytes, is valid; nor that a command
    was sent before under this key, with the same body, and is answered as it was then."""
    if "idempotent-replay" in response.headers:
        return None
    if case.media_type == "multipart/form-data":
        return None
    return openapi.negative_data_rejection(ctx, response, case)


CHECKS = [
    not_a_server_error,
    the_status_is_documented,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.response_headers_conformance,
    what_is_invalid_is_refused,
    every_refusal_is_a_problem,
]
