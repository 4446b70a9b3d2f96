"""A fact as its source tells it. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from credit_list.records.domain import Kind
from credit_list.texts import Codes

DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Fact:
    kind: Kind
    source: str
    key: str
    arose_on: date
    keeps_day: bool = False
    """The day of a record that is there already is better than ``arose_on``."""
    authority: str | None = None
    authority_code: str | None = None
    document_number: str | None = None
    evidence: tuple[str, ...] = ()
    year: int | None = None
    result: str | None = None
    codes: tuple[str, ...] = ()
    sanctions: tuple[str, ...] = ()
    fine_fen: int = 0
    remedied_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """What a record says, in a form that does not depend on the order of telling."""
        return {
            "category": self.kind.category,
            "kind": self.kind,
            "authority": self.authority,
            "authority_code": self.authority_code,
            "document_number": self.document_number,
            "evidence": once(self.evidence),
            "arose_on": self.arose_on,
            "year": self.year,
            "result": self.result,
            "codes": once(self.codes),
            "sanctions": once(self.sanctions),
            "fine_fen": self.fine_fen,
            "remedied_on": self.remedied_on,
        }


def once(codes: tuple[str, ...] | Codes) -> Codes:
    return sorted(set(codes))


COLUMNS = tuple(Fact(Kind.OTHER, "", "", date.min).columns())
