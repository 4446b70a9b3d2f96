"""Turns the Chinese sentence of a value's own exception into a pydantic error."""

from collections.abc import Callable
from typing import TypeVar

from pydantic_core import PydanticCustomError

T = TypeVar("T")


def explained(check: Callable[[str], T], slug: str) -> Callable[[str], T]:
    """``check`` for use in ``AfterValidator``: a ValueError keeps its sentence unchanged.

    Without this pydantic puts "Value error, " before the sentence. The error's type is ``slug``,
    followed by the exception's ``.code`` when it has one.
    """

    def run(text: str) -> T:
        try:
            return check(text)
        except ValueError as refusal:
            code = getattr(refusal, "code", "")
            kind = f"{slug}.{code}" if code else slug
            raise PydanticCustomError(
                kind,  # pyright: ignore[reportArgumentType] - a literal plus a closed set of codes
                "{reason}",
                {"reason": str(refusal)},
            ) from None

    return run
