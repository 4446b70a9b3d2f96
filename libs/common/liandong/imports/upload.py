"""The uploaded file of an import, read before the transaction of the command opens."""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from liandong.identity.actors import Role
from liandong.identity.dependencies import CurrentActor, RequiredRoles
from liandong.imports.jobs import OFFICIALS, Handled
from liandong.imports.kinds import ImportKind
from liandong.imports.reading import read_table
from liandong.imports.repeats import repeated_rows
from liandong.imports.table import Table
from liandong.problems import FieldError, Forbidden, Invalid, NotFound

REQUEST_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "CSV（UTF-8 或 GB 18030）或 XLSX 文件，表头见模板",
                    }
                },
            }
        }
    },
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]|.*[/\\]", re.DOTALL)


@dataclass(frozen=True)
class Upload:
    kind: ImportKind
    file_name: str
    data: bytes
    table: Table
    repeated: list[Handled]
    """What is settled before anything is carried out."""


async def kind_named(request: Request, kind: str) -> ImportKind:
    """The service's import of that name; 404 when it has none."""
    for one in request.app.state.runtime.definition.imports:
        if one.name == kind:
            return one
    raise NotFound("没有这一类导入")


Kind = Annotated[ImportKind, Depends(kind_named)]


async def uploaded(request: Request, actor: CurrentActor, kind: Kind) -> Upload:
    """Who may import is settled before the file is looked at."""
    RequiredRoles(kind.roles).check(actor)
    if actor.has(*OFFICIALS) and actor.district is None and not actor.has(Role.SYSTEM_ADMIN):
        raise Forbidden("账号未设置行政区划，不能导入")
    # Read whole first: the idempotency key is bound to the body, and a form consumes the stream.
    await request.body()
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(
                "请以 multipart/form-data 的 file 字段上传文件",
                [FieldError("/file", "missing", "此项必填")],
            )
        data = await file.read()
        name = _UNSAFE.sub("", file.filename or "")[-200:]
    table, repeated = await asyncio.to_thread(_read, kind, data, name)
    return Upload(kind, name, data, table, repeated)


def _read(kind: ImportKind, data: bytes, name: str) -> tuple[Table, list[Handled]]:
    table = read_table(data, name, kind.vocabulary)
    return table, repeated_rows(kind, table.rows)


Uploaded = Annotated[Upload, Depends(uploaded)]
