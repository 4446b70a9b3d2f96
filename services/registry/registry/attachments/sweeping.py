"""Objects that nobody holds are deleted from the store."""

from datetime import timedelta
from typing import Final

import structlog

from liandong.definition import Chore
from liandong.faults import reach
from liandong.identity.actors import SYSTEM
from liandong.runtime import Runtime
from liandong.storage.base import StorageUnavailable
from registry.attachments import repository

log = structlog.get_logger(__name__)

_AGAIN: Final = timedelta(minutes=5)
"""After the store was away."""


async def sweep(runtime: Runtime) -> int:
    """Deletes one object that is due; how many. Several workers may call it.

    The row goes after the object: a worker that dies in between leaves it to the next one, for
    whom an object that is gone already is no error.
    """
    async with runtime.work.begin(SYSTEM(runtime.definition.name)) as uow:
        key = await repository.lock_loose(uow)
        if key is None:
            return 0
        try:
            await runtime.store.delete(key)
        except StorageUnavailable:
            log.warning("sweep_postponed", object_key=key)
            await repository.postpone(uow, key, _AGAIN)
            return 0
        await reach("storage.after_delete")
        await repository.forget(uow, key)
    return 1


SWEEPING: Final = Chore("attachments", 30.0, sweep)
