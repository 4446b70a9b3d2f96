"""What a comparison of two contracts finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong. ``pointer`` locates the field; ``code`` is stable, for programs."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}：{self.message}（{self.code}）"
