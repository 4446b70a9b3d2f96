"""Keyset paging: pages neither skip nor repeat rows while others write.

The cursor is opaque: the ordering values of the last row and a fingerprint of the filters, so
that a cursor of another query is refused and not misread. No total is counted unless asked.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from liandong.problems import FieldError, Invalid

T = TypeVar("T")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """一页结果；``next_cursor`` 为空表示没有下一页。"""

    items: list[T]
    next_cursor: str | None = None


class PageRequest:
    """What the caller asked for; writes the Link header of the answer."""

    def __init__(
        self, request: Request, response: Response, cursor: str | None, limit: int
    ) -> None:
        self._request = request
        self._response = response
        self.cursor = cursor
        self.limit = limit

    async def page(
        self,
        session: AsyncSession,
        query: Select[*tuple[Any, ...]],
        keys: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
        *,
        descending: bool = False,
        scalars: bool = True,
        values: Callable[[Any], Sequence[Any]] | None = None,
    ) -> Page[Any]:
        """Runs ``query`` ordered by ``keys``, which together must be unique.

        ``values`` gives the key values of a row; by default the attributes of the same names.
        """
        after = self._after(keys)
        if after is not None:
            row = tuple_(*keys)
            query = query.where(row < after if descending else row > after)
        order = [key.desc() for key in keys] if descending else list(keys)
        result = await session.execute(query.order_by(*order).limit(self.limit + 1))
        rows: Sequence[Any] = result.scalars().all() if scalars else result.all()
        page = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return Page[Any].model_construct(items=page, next_cursor=None)
        last = page[-1]
        found = values(last) if values else [getattr(last, str(key.key)) for key in keys]
        return Page[Any].model_construct(items=page, next_cursor=self._next(found))

    def after(self, kind: type[T]) -> T | None:
        """For a query that pages by itself, by one key: that of the last row given out."""
        values = self._values([kind])
        return None if values is None else values[0]

    def next(self, value: Any) -> str:
        """The cursor behind the row with this key; see :meth:`after`."""
        return self._next([value])

    def _after(
        self, keys: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]
    ) -> tuple[Any, ...] | None:
        return self._values([key.type.python_type for key in keys])

    def _values(self, kinds: Sequence[type[Any]]) -> tuple[Any, ...] | None:
        if not self.cursor:
            return None
        try:
            padded = self.cursor + "=" * (-len(self.cursor) % 4)
            fingerprint, *texts = json.loads(base64.urlsafe_b64decode(padded.encode()))
            if fingerprint != self._fingerprint() or len(texts) != len(kinds):
                raise ValueError("cursor of another query")
            return tuple(_read(value, kind) for value, kind in zip(texts, kinds, strict=True))
        except (ValueError, TypeError, KeyError):
            raise Invalid(
                "游标无效或不属于本次查询条件，请从第一页重新查询",
                [FieldError("/query/cursor", "invalid-cursor", "游标无效")],
            ) from None

    def _next(self, values: Sequence[Any]) -> str:
        content = json.dumps([self._fingerprint(), *map(_write, values)], ensure_ascii=False)
        cursor = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
        url = self._request.url.include_query_params(cursor=cursor)
        address = f"{url.path}?{url.query}"
        self._response.headers["Link"] = f'<{address}>; rel="next"'
        return cursor

    def _fingerprint(self) -> str:
        filters = sorted(
            (name, value)
            for name, value in self._request.query_params.multi_items()
            if name not in ("cursor", "limit")
        )
        content = json.dumps([self._request.url.path, filters])
        return hashlib.sha256(content.encode()).hexdigest()[:12]


async def page_request(
    request: Request,
    response: Response,
    cursor: Annotated[str | None, Query(max_length=500, description="上一页给出的游标")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
) -> PageRequest:
    return PageRequest(request, response, cursor, limit)


Paging = Annotated[PageRequest, Depends(page_request)]


def _write(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _read(value: Any, kind: type[Any]) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if kind is int:
        if not isinstance(value, int) or abs(value) > 2**62:
            raise ValueError(value)
        return value
    text = str(value)
    if "\x00" in text:
        raise ValueError("NUL")
    return kind(text)
