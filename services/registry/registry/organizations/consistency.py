"""What the items of one record must satisfy together, whoever entered them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from liandong.problems import FieldError
from registry.organizations.domain import CharityStatus, CommunityClass, Kind, Management


@dataclass(frozen=True, slots=True)
class Record:
    """The items that depend on each other."""

    kind: Kind
    is_community: bool
    community_class: CommunityClass | None
    management: Management | None
    charity_status: CharityStatus | None
    charity_since: date | None
    raises_in_public_since: date | None
    certificate_from: date | None
    certificate_until: date | None
    term_from: date | None
    term_until: date | None

    @classmethod
    def of(cls, source: Any) -> "Record":
        """From a form or a mapped row that has all of them."""
        return cls(**{one.name: getattr(source, one.name) for one in fields(cls)})


def contradictions(record: Record) -> Iterator[FieldError]:
    """Every pair of items that cannot both be true."""
    spans = (
        ("certificate", "证书有效期", record.certificate_from, record.certificate_until),
        ("term", "届期", record.term_from, record.term_until),
    )
    for name, label, start, end in spans:
        if start is not None and end is not None and end <= start:
            told = f"{label}的截止日应晚于起始日"
            yield FieldError(f"/{name}_until", "before-its-start", told)
    if record.kind is Kind.COMMUNITY_GROUP:
        if not record.is_community:
            yield FieldError("/is_community", "filed-only", "备案的组织应为社区社会组织")
        if record.charity_status is not None:
            told = "备案的组织不能登记或认定为慈善组织"
            yield FieldError("/charity_status", "registered-only", told)
    elif record.management is not None:
        told = "登记的组织由登记管理机关管理，不填备案管理类别"
        yield FieldError("/management", "filed-only", told)
    if record.community_class is not None and not record.is_community:
        told = "不是社区社会组织的不填社区社会组织类别"
        yield FieldError("/community_class", "community-only", told)
    yield from _charity(record)


def _charity(record: Record) -> Iterator[FieldError]:
    """慈善法 arts. 10, 22: only a charity raises money in public."""
    if record.charity_status is None:
        for name, label in (
            ("charity_since", "登记或认定为慈善组织的日期"),
            ("raises_in_public_since", "取得公开募捐资格的日期"),
        ):
            if getattr(record, name) is not None:
                yield FieldError(f"/{name}", "charity-only", f"不是慈善组织的不填{label}")
        return
    if record.charity_since is None:
        told = "应填写登记或认定为慈善组织的日期"
        yield FieldError("/charity_since", "missing", told)
    elif record.raises_in_public_since is not None and (
        record.raises_in_public_since < record.charity_since
    ):
        told = "取得公开募捐资格的日期不能早于成为慈善组织的日期"
        yield FieldError("/raises_in_public_since", "too-early", told)
