"""What the registry tells of facts, as its events say it."""

from datetime import date
from typing import Any
from uuid import UUID

from credit_list.learned import events
from liandong.events.contract import Event
from liandong.ids import uuid7

DISTRICT = "340103"


def inspection(kind: type[Event], organization_id: UUID, **given: Any) -> Event:
    facts = {
        "inspection_id": uuid7(),
        "organization_id": organization_id,
        "district": DISTRICT,
        "year": 2018,
    }
    return kind(**(facts | given))


def penalty(kind: type[Event], organization_id: UUID, **given: Any) -> Event:
    facts: dict[str, Any] = {
        "penalty_id": uuid7(),
        "organization_id": organization_id,
        "district": DISTRICT,
        "decision_number": "庐民罚〔2019〕3号",
        "sanctions": ["warning"],
        "violations": ["beyond-scope"],
        "decided_on": date(2019, 9, 20),
    }
    if kind is events.PenaltyServed:
        facts["served_on"] = date(2019, 9, 23)
    return kind(**(facts | given))


def rectification(kind: type[Event], organization_id: UUID, **given: Any) -> Event:
    facts: dict[str, Any] = {
        "rectification_id": uuid7(),
        "organization_id": organization_id,
        "district": DISTRICT,
        "codes": ["no-meeting"],
        "due_on": date(2019, 9, 20),
    }
    if kind is events.RectificationOverdue:
        facts["overdue_on"] = date(2019, 9, 21)
    if kind is events.RectificationCompleted:
        facts |= {"completed_on": date(2019, 9, 23), "in_time": False}
    return kind(**(facts | given))


def check(organization_id: UUID, **given: Any) -> Event:
    facts = {
        "check_id": uuid7(),
        "organization_id": organization_id,
        "district": DISTRICT,
        "result": "rectify",
        "codes": ["no-meeting"],
        "concluded_on": date(2019, 9, 20),
    }
    return events.CheckConcluded(**(facts | given))


def a_fact(organization_id: UUID, **given: Any) -> dict[str, Any]:
    """What a clerk enters of another department's document."""
    return {
        "organization_id": str(organization_id),
        "kind": "penalty",
        "authority": "合肥市庐阳区市场监督管理局",
        "document_number": "庐市监罚〔2019〕7号",
        "arose_on": "2019-09-20",
        "sanctions": ["fine"],
        "fine_fen": 4_000_000,
        "evidence": ["处罚决定书"],
    } | given
