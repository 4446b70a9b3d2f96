"""Use cases of batches: each once, in the order of the sender, whole or not at all.

The order of locks: the sender, then the organisations by id, then the rows and what they say.
"""

from collections.abc import Sequence

from credit_list.learned import repository as learned
from credit_list.receiving import domain, linking, repository
from credit_list.receiving.domain import (
    Action,
    BatchDiffers,
    BatchStatus,
    Operation,
    OtherSender,
    RowStatus,
    SequenceTaken,
)
from credit_list.receiving.models import Batch, Row, Sender
from credit_list.receiving.rules import RECEIVING, ReceivingParameters
from credit_list.receiving.schemas import BatchHead, RowGiven
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import FieldError, Forbidden, Invalid


async def receive(uow: UnitOfWork, head: BatchHead, rows: Sequence[RowGiven]) -> tuple[Batch, bool]:
    """The batch, and whether it is new. One that is ahead of its turn waits for those before it."""
    district = uow.actor.district
    if district is None:
        raise Forbidden("您的账号未设置管辖区划，不能提交名单")
    rules = (await uow.rules(RECEIVING, district)).parameters
    kinds = _checked(head, rows, rules)
    whole_lists = sorted({kinds[one] for one in head.whole_lists})
    sender = await _sender(uow, head, district)
    mark = domain.fingerprint(
        [
            head.model_dump(exclude={"checksum", "whole_lists"}),
            whole_lists,
            [one.model_dump() | {"kind": kinds[one.kind]} for one in rows],
        ]
    )
    known = await repository.batch_numbered(uow.session, sender.code, head.number)
    if known is not None:
        if known.fingerprint != mark:
            raise BatchDiffers(
                "该批次号已经收到，内容不同；更正内容请使用新的批次号",
                extra={"batch_id": str(known.id)},
            )
        return known, False
    taken = await repository.batch_at(uow.session, sender.code, head.sequence)
    if taken is not None or head.sequence < sender.next_sequence:
        raise SequenceTaken(
            f"下一批次的序号应为{sender.next_sequence}",
            extra={"next_sequence": sender.next_sequence},
        )
    batch = _batch(uow, head, sender, mark, whole_lists)
    uow.session.add(batch)
    await uow.session.flush()
    uow.session.add_all(_row(uow, batch, one, kinds[one.kind]) for one in rows)
    await uow.session.flush()
    uow.record(
        "received-batch.received",
        "received-batch",
        batch.id,
        district=batch.district,
        sender=sender.code,
        number=batch.number,
        rows=batch.total,
    )
    await _apply_what_is_due(uow, sender)
    return batch, True


async def _apply_what_is_due(uow: UnitOfWork, sender: Sender) -> None:
    while True:
        batch = await repository.batch_at(uow.session, sender.code, sender.next_sequence)
        if batch is None:
            return
        await _apply(uow, batch)
        sender.next_sequence += 1
        await uow.session.flush()


async def _apply(uow: UnitOfWork, batch: Batch) -> None:
    rows = await repository.rows_of(uow.session, batch.id)
    keys = {one.record_key for one in rows}
    if batch.whole_lists:
        keys |= await repository.keys_said(uow.session, batch.sender, batch.whole_lists)
    standing = await repository.told_of(uow, batch.sender, keys)
    found = await repository.known(uow.session, [repository.named_by(one) for one in rows])
    meant = {row.id: domain.match(repository.named_by(row), found, batch.district) for row in rows}
    wanted = {one for one, _ in meant.values() if one is not None} | standing
    organizations = {one: await learned.lock_organization(uow, one) for one in sorted(wanted)}
    said: dict[str, list[Row]] = {}
    for one in await repository.lock_standing(uow, batch.sender, keys):
        said.setdefault(one.record_key, []).append(one)
    for row in rows:
        before = said.pop(row.record_key, [])
        if row.operation is Operation.DELETE:
            row.status = domain.advance(row.status, Action.DELETE)
            row.note = None if before else "来源删除的数据此前没有收到，或者已经不再有效"
            for one in before:
                await linking.detach(uow, one, Action.WITHDRAW)
            continue
        row.status = domain.advance(row.status, Action.APPLY)
        organization_id, row.reason = meant[row.id]
        is_over = domain.is_over(row.ends_on, uow.today)
        if is_over:
            row.status, row.reason = domain.advance(row.status, Action.END), None
            row.note = "收到时期限已经届满"
        elif organization_id is not None:
            await linking.attach(uow, row, organizations[organization_id])
        for one in before:
            await linking.detach(uow, one, Action.SUPERSEDE)
        if not is_over:
            said[row.record_key] = [row]
    named = {one.record_key for one in rows}
    for key in sorted(said.keys() - named):
        for one in said[key]:
            one.note = "来源单位的全量名单中已经没有"
            await linking.detach(uow, one, Action.WITHDRAW)
    batch.status = BatchStatus.APPLIED
    batch.applied_at = uow.now
    batch.touch(uow.now)


async def _sender(uow: UnitOfWork, head: BatchHead, district: str) -> Sender:
    owner = uow.actor.subject if uow.actor.has(Role.PARTNER) else None
    sender = await repository.lock_sender(
        uow,
        Sender(
            code=head.sender,
            name=head.sender_name,
            kind=head.sender_kind,
            owner=owner,
            district=district,
            next_sequence=1,
        ),
    )
    district_rule(uow.actor, sender.district)
    if owner is not None and sender.owner != owner:
        raise OtherSender("该来源单位代码由其他系统使用，请核对或者另取代码")
    return sender


def _checked(
    head: BatchHead, rows: Sequence[RowGiven], rules: ReceivingParameters
) -> dict[str, str]:
    """The code of every list that is named; raises Invalid for the batch as a whole."""
    if len(rows) > rules.max_rows:
        told = f"一批最多{rules.max_rows}行，请分成几批"
        raise Invalid(told, [FieldError("/rows", "too-many-rows", told)])
    domain.check_whole([one.number for one in rows], head.total)
    if not rows and not head.whole_lists:
        told = "没有任何行；名单已经没有内容的，请在 whole_lists 中注明"
        raise Invalid(told, [FieldError("/rows", "empty-batch", told)])
    found: dict[str, str] = {}
    errors: list[FieldError] = []
    for place, word in enumerate(head.whole_lists):
        kind = rules.kind(word)
        if kind is not None:
            found[word] = kind.code
        else:
            told = f"不接收名单“{word[:40]}”"
            errors.append(FieldError(f"/whole_lists/{place}", "unknown-list", told))
    for place, row in enumerate(rows):
        kind = rules.kind(row.kind)
        if kind is not None:
            found[row.kind] = kind.code
        else:
            told = f"第{row.number}行：不接收名单“{row.kind[:40]}”"
            errors.append(FieldError(f"/rows/{place}/kind", "unknown-list", told))
    if errors:
        raise Invalid("有不接收的名单，没有保存任何内容", errors[:100])
    return found


def _batch(
    uow: UnitOfWork, head: BatchHead, sender: Sender, mark: str, whole_lists: list[str]
) -> Batch:
    return Batch(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        sender=sender.code,
        number=head.number,
        sequence=head.sequence,
        total=head.total,
        fingerprint=mark,
        whole_lists=whole_lists,
        status=BatchStatus.HELD,
        district=sender.district,
        received_by=uow.actor.subject,
    )


def _row(uow: UnitOfWork, batch: Batch, given: RowGiven, kind: str) -> Row:
    return Row(
        id=uuid7(),
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        batch_id=batch.id,
        sender=batch.sender,
        number=given.number,
        record_key=given.record_key,
        operation=given.operation,
        district=batch.district,
        kind=kind,
        name=given.name,
        plain_name=domain.plain_name(given.name),
        credit_code=given.credit_code,
        registration_number=given.registration_number,
        named_district=given.district,
        authority=given.authority,
        document_number=given.document_number,
        decided_on=given.decided_on,
        ends_on=given.ends_on,
        raw=given.model_dump_json(),
        status=RowStatus.HELD,
    )
