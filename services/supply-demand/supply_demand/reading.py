"""A question that needs rules and the present instant, and changes nothing."""

from typing import Annotated

from fastapi import Depends, Request

from liandong.db.transaction import Reading
from liandong.db.unit_of_work import UnitOfWork
from liandong.http.dependencies import Read
from liandong.identity.dependencies import OptionalActor


async def inquiry(request: Request, actor: OptionalActor, session: Read) -> UnitOfWork:
    """A unit of work that nobody commits: what it asks, a use case could ask as well."""
    runtime = request.app.state.runtime
    return UnitOfWork(
        opened=Reading(session),
        actor=actor,
        now=runtime.clock.now(),
        service=runtime.definition.name,
        rule_book=runtime.rule_book,
    )


Inquiry = Annotated[UnitOfWork, Depends(inquiry, scope="function")]
