"""The latest state of every credit record that may be shared (ADR 15)."""

from typing import ClassVar

from credit_list.records.domain import Status
from credit_list.records.events import RecordFacts
from credit_list.records.keeping import facts_told
from credit_list.records.models import CreditRecord
from liandong.events.states import State, StateKind


class RecordState(State, RecordFacts):
    """信用信息的最新状态: codes and sums, no document and no text. It goes when the record is
    withdrawn, and when the registry stops publishing the penalty that it tells of."""

    type: ClassVar[str] = "cn.liandong.credit-list.record.state"


def _told(record: CreditRecord) -> RecordState | None:
    if record.status is Status.WITHDRAWN or record.unpublished_on is not None:
        return None
    return RecordState.model_validate(facts_told(record))


RECORD_STATES = StateKind(RecordState, CreditRecord, _told)
