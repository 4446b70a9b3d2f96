"""The answer of a check as it is written: JSON in one canonical form, so that it can be proved.

Canonical: keys in the order of their signs, no blanks, UTF-8, nothing escaped that need not be;
there are no fractions in it. ``json.dumps(answer, ensure_ascii=False, sort_keys=True,
separators=(",", ":"))`` of the parsed answer gives the same bytes again.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from credit_list.checks.domain import (
    Found,
    Subject,
    outcome_of,
    reason_codes,
    restrictions,
)

_QUOTED: Final = json.encoder.encode_basestring
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(content: Any) -> str:
    return _ENCODER.encode(content)


def digest(canonical_bytes: bytes) -> str:
    """SHA-256 in base64url, as it stands in the receipt."""
    hashed = hashlib.sha256(canonical_bytes).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def plain(asked: str, code: str, organization_id: str, repeats: int | None) -> str:
    """The result that most have: known, active, on no list. ``asked`` is quoted."""
    first = "null" if repeats is None else repeats
    return (
        f'{{"asked":{asked},"barred_from_bids":false,"code":"{code}","lists":[],'
        f'"organization_id":"{organization_id}","outcome":"found",'
        f'"payments_held":false,"reason_codes":[],"repeats":{first},"status":"active"}}'
    )


def quoted(text: str) -> str:
    return _QUOTED(text)


def row(subject: Subject, found: Found | None, repeats: int | None) -> str:
    """Any result."""
    held = None if found is None else restrictions(found)
    return canonical(
        {
            "asked": subject.asked,
            "barred_from_bids": None if held is None else held[0],
            "code": subject.code or None,
            "lists": [] if found is None else [one._asdict() for one in found.lists],
            "organization_id": None if found is None else found.organization_id,
            "outcome": outcome_of(subject, found).value,
            "payments_held": None if held is None else held[1],
            "reason_codes": reason_codes(subject, found),
            "repeats": repeats,
            "status": None if found is None else found.status,
        }
    )


def answer(head: dict[str, Any], rows: Sequence[str]) -> bytes:
    """The whole answer; of the keys of ``head`` none comes behind "results"."""
    assert all(name < "results" for name in head)
    return f'{canonical(head)[:-1]},"results":[{",".join(rows)}]}}'.encode()
