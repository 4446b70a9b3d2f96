"""What is locked is read anew.

SQLAlchemy gives an object that the session knows already as it was read first, also when it is
asked for again under ``FOR UPDATE``. Whoever looks at a row, waits for its lock and then decides
would decide on what the other has changed meanwhile: a payment confirmed twice. Here a locking
query always shows the row as it is now; changes of our own are written before, so that none is
lost by it.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session


class LockingSession(Session):
    """The session of a transaction that changes something."""


@event.listens_for(LockingSession, "do_orm_execute")
def _read_anew(state: ORMExecuteState) -> None:
    locks: Any = getattr(state.statement, "_for_update_arg", None)
    if state.is_select and locks is not None:
        state.session.flush()
        state.update_execution_options(populate_existing=True)
