"""Rule sets that an administrator puts above the shipped ones: added and withdrawn, on record."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import RowMapping, text

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.waking import rules_changed
from liandong.http.dependencies import Read, Write
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import CurrentActor, SystemAdmin
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound
from liandong.rules.book import InvalidRuleSet, RuleBook
from liandong.rules.rule_set import RuleSetDocument
from liandong.sentences import sentence
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.text import Text

router: APIRouter = router_for("/v1/rule-sets", "规则")


class RuleSetRead(BaseModel):
    """规则 as it is in force or was shipped."""

    subject: str
    jurisdiction: str
    version: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    certainty: str
    parameters: dict[str, Any]
    overridden: bool
    reference: str


class OverrideRequest(BaseModel):
    """本地规则：在本辖区内替代随系统发布的规则。"""

    subject: str = Field(max_length=100)
    jurisdiction: DistrictCode
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")
    valid_from: IsoDay
    valid_to: IsoDay | None = None
    legal_basis: Text = Field(min_length=1, max_length=1000, description="依据")
    parameters: dict[str, Any]


class OverrideRead(BaseModel):
    id: UUID
    reference: str


@router.get("", summary="查询规则", responses=problems(404))
async def list_rule_sets(
    request: Request, actor: CurrentActor, session: Read, subject: str | None = None
) -> list[RuleSetRead]:
    book: RuleBook = request.app.state.runtime.rule_book
    if subject is not None and subject not in book.subjects:
        raise NotFound("没有这一类规则")
    names = [subject] if subject else sorted(book.subjects)
    shipped = [one for name in names for one in book.shipped[name]]
    rows = await session.execute(
        text("SELECT * FROM backbone.rule_set_override WHERE withdrawn_at IS NULL ORDER BY id")
    )
    found = [RuleSetRead.model_validate(dict(one.as_dict())) for one in shipped]
    found += [_read(row) for row in rows.mappings() if row["subject"] in names]
    return found


@router.post(
    "/overrides", status_code=201, summary="设置本地规则", responses=problems(403, 404, 409, 422)
)
async def add_override(
    request: Request, body: OverrideRequest, actor: SystemAdmin, uow: Write
) -> OverrideRead:
    district_rule(actor, body.jurisdiction)
    return await add(uow, request.app.state.runtime.rule_book, body)


async def add(uow: UnitOfWork, book: RuleBook, body: OverrideRequest) -> OverrideRead:
    """Validates and stores an override; it is in force from the commit on."""
    try:
        rule_set = book.check(
            RuleSetDocument.model_validate(body.model_dump() | {"certainty": "verified"})
        )
    except InvalidRuleSet:
        raise NotFound("没有这一类规则") from None
    except ValidationError as error:
        raise Invalid(
            "规则参数不符合要求",
            [
                FieldError(
                    "/parameters/" + "/".join(map(str, one["loc"])),
                    one["type"].replace("_", "-"),
                    sentence(one),
                )
                for one in error.errors()
            ],
        ) from None
    check = book.subjects[rule_set.subject].check
    wrong = await check(uow, rule_set) if check is not None else ()
    if wrong:
        raise Invalid("规则参数不符合要求", list(wrong))
    override_id = uuid7()
    try:
        await uow.session.execute(
            text("""
                INSERT INTO backbone.rule_set_override
                    (id, subject, jurisdiction, version, valid_from, valid_to, parameters,
                     legal_basis, made_by, made_at)
                VALUES (:id, :subject, :jurisdiction, :version, :valid_from, :valid_to,
                        CAST(:parameters AS jsonb), :legal_basis, :by, :now)
            """),
            body.model_dump()
            | {
                "id": override_id,
                "parameters": json.dumps(body.parameters, ensure_ascii=False),
                "by": uow.actor.subject,
                "now": uow.now,
            },
        )
    except Exception as error:
        if violated_constraint(error) == "rule_set_override_version":
            raise Conflict("该地区的这一版本已经存在") from None
        raise
    await rules_changed(uow)
    uow.record(
        "rule-set.overridden",
        "rule-set",
        override_id,
        district=body.jurisdiction,
        reference=rule_set.reference,
        parameters=body.parameters,
        legal_basis=body.legal_basis,
    )
    return OverrideRead(id=override_id, reference=rule_set.reference)


@router.post(
    "/overrides/{override_id}/withdraw",
    status_code=204,
    summary="撤回本地规则",
    responses=problems(403, 404),
)
async def withdraw_override(override_id: UUID, actor: SystemAdmin, uow: Write) -> None:
    row = (
        (
            await uow.session.execute(
                text(
                    "SELECT * FROM backbone.rule_set_override"
                    " WHERE id = :id AND withdrawn_at IS NULL FOR UPDATE"
                ),
                {"id": override_id},
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound("没有这条生效的本地规则")
    district_rule(actor, row["jurisdiction"])
    await uow.session.execute(
        text(
            "UPDATE backbone.rule_set_override SET withdrawn_by = :by, withdrawn_at = :now"
            " WHERE id = :id"
        ),
        {"id": override_id, "by": actor.subject, "now": uow.now},
    )
    await rules_changed(uow)
    uow.record("rule-set.override-withdrawn", "rule-set", override_id, district=row["jurisdiction"])


def _read(row: RowMapping) -> RuleSetRead:
    parameters = row["parameters"]
    return RuleSetRead(
        subject=row["subject"],
        jurisdiction=row["jurisdiction"],
        version=row["version"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        legal_basis=row["legal_basis"],
        certainty="verified",
        parameters=json.loads(parameters) if isinstance(parameters, str) else parameters,
        overridden=True,
        reference=f"{row['subject']}@{row['jurisdiction']}/{row['version']}",
    )
