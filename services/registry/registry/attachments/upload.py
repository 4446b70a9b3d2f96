"""The uploaded file, checked and stored before the transaction of the command opens."""

import re
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.problems import FieldError, Invalid, Problem
from registry.attachments.contents import Given, deposit
from registry.attachments.names import cleaned
from registry.attachments.service import Deposited

REQUEST_BODY: Final = {
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
                        "description": "PDF、OFD、JPEG、PNG、DOCX 或 XLSX 文件；须有文件名",
                    },
                    "document": {
                        "type": "string",
                        "pattern": "^([a-z][a-z-]{1,39})?$",
                        "default": "",
                        "description": "材料代码；不属于清单所列材料的留空",
                    },
                },
            }
        }
    },
}
_DOCUMENT: Final = re.compile(r"([a-z][a-z-]{1,39})?")
_FIELD_BYTES: Final = 4096

Applicant = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of the file; a refusal waits until a repeated command has been recognised."""

    deposited: Deposited | None = None
    refusal: Problem | None = None

    def accepted(self) -> Deposited:
        """Raises what was found against the file."""
        if self.deposited is None:
            raise self.refusal or Invalid()
        return self.deposited


async def uploaded(request: Request, application_id: UUID, actor: Applicant) -> Upload:
    """Who may upload at all is settled before the file is looked at.

    A command that is sent again under its idempotency key must be answered as it was, also when
    the application has moved on since: so nothing of the application is refused from here.
    """
    # Read whole first: the idempotency key is bound to the body, and a form consumes the stream.
    await request.body()
    given = await _given(request)
    try:
        runtime = request.app.state.runtime
        return Upload(deposited=await deposit(runtime, actor, application_id, given))
    except Problem as refusal:
        return Upload(refusal=refusal)


Uploaded = Annotated[Upload, Depends(uploaded)]


async def _given(request: Request) -> Given:
    async with request.form(max_files=1, max_fields=1, max_part_size=_FIELD_BYTES) as form:
        file, document = form.get("file"), form.get("document", "")
        if not isinstance(file, UploadFile):
            raise _wrong("/file", "missing", "请以 multipart/form-data 的 file 字段上传文件")
        if not isinstance(document, str) or not _DOCUMENT.fullmatch(document):
            raise _wrong("/document", "pattern", "材料代码由小写字母和连字符组成")
        data = await file.read()
        name = cleaned(file.filename or "")
        return Given(data, name, (file.content_type or "")[:200], document)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])
