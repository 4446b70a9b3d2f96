"""What a database error means for the caller."""

import errno
import socket

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

ConstraintViolated = (IntegrityError, asyncpg.IntegrityConstraintViolationError)
"""What a refused row raises: through the mapper, and from the driver."""

_RETRYABLE = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_LOCK_WAIT = {"55P03", "57014"}  # lock_not_available, query_canceled (statement timeout)
_CONNECTION = ("08", "57P", "53")  # connection exceptions, shutdown, out of resources
_UNREACHABLE = {
    errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.EADDRNOTAVAIL,
    None,  # several addresses, each with an error of its own
}  # fmt: skip


def sqlstate(error: BaseException) -> str:
    """The PostgreSQL error code behind ``error``; empty when there is none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    for candidate in (original, getattr(original, "__cause__", None)):
        code = getattr(candidate, "sqlstate", None) or getattr(candidate, "pgcode", None)
        if code:
            return str(code)
    return ""


def is_retryable(error: BaseException) -> bool:
    """The whole transaction may be run again at once: deadlock, serialization failure, or a table
    that was migrated since this connection prepared its statement (the driver has forgotten it)."""
    return sqlstate(error) in _RETRYABLE or isinstance(
        _driver_error(error), asyncpg.InvalidCachedStatementError
    )


def is_away(error: BaseException) -> bool:
    """The database cannot be reached just now; nothing is known against the work itself."""
    if isinstance(error, PoolTimeout | ConnectionError | TimeoutError | socket.gaierror):
        return True  # a server in a container has no address while it is down
    if type(error) is OSError:
        return error.errno in _UNREACHABLE
    if isinstance(_driver_error(error), asyncpg.InternalClientError):
        return True  # what asyncpg says of a backend that ended in mid-sentence
    code = sqlstate(error)
    if code:
        return code.startswith(_CONNECTION)
    return isinstance(error, OperationalError | InterfaceError | asyncpg.InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def is_locked(error: BaseException) -> bool:
    """A row or a turn was held by somebody else for longer than a statement may wait."""
    return sqlstate(error) == "55P03"


def is_busy(error: BaseException) -> bool:
    """The database or its pool is overloaded or away; the same request may succeed later."""
    return is_away(error) or sqlstate(error) in _LOCK_WAIT


def violated_constraint(error: BaseException) -> str | None:
    """Name of the unique, foreign-key or check constraint that refused a row, if one did."""
    original = error.orig if isinstance(error, DBAPIError) else error
    for candidate in (original, getattr(original, "__cause__", None)):
        name = getattr(candidate, "constraint_name", None)
        if name:
            return str(name)
    return None


def _driver_error(error: BaseException) -> BaseException | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "__cause__", None) or original
