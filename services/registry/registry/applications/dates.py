"""Days that the form names: none of them lies ahead, or before what it follows from."""

from collections.abc import Iterator
from datetime import date

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError, Invalid
from registry.applications.change import Change
from registry.applications.content import Articles, Content
from registry.applications.models import Application
from registry.applications.rules import Consent
from registry.organizations.models import Organization
from registry.supervision.clocks import last_day


def faults(
    content: Content, *, today: date, is_direct: bool, registered_on: date | None
) -> Iterator[FieldError]:
    """``registered_on`` of the body that applies; None of one that is still to be."""
    gains_one = isinstance(content, Change) and bool(content.changes.supervisor)
    if content.consented_on is not None and is_direct and not gains_one:
        told = "直接登记的没有业务主管单位，不填同意的日期"
        yield FieldError("/content/consented_on", "directly-registered", told)
    for name, day in _days(content):
        pointer = f"/content/{name}"
        if day > today:
            yield FieldError(pointer, "in-the-future", "不能晚于今日")
        elif registered_on is not None and day < registered_on:
            told = f"不能早于成立登记之日 {registered_on.isoformat()}"
            yield FieldError(pointer, "too-early", told)
    if (
        isinstance(content, Articles)
        and content.adopted_on is not None
        and content.consented_on is not None
        and content.consented_on < content.adopted_on
    ):
        told = "业务主管单位同意的日期不能早于章程通过的日期"
        yield FieldError("/content/consented_on", "before-the-resolution", told)


def too_old(content: Content, rule: Consent | None, on: date | None) -> Iterator[FieldError]:
    """Of an application that was submitted on that day: how long the consent holds."""
    if rule is None or content.consented_on is None or on is None:
        return
    until = last_day(rule.period, content.consented_on)
    if on > until:
        told = f"业务主管单位的审查同意至 {until.isoformat()} 有效，提交时已过期（{rule.basis}）"
        yield FieldError("/consented_on", "consent-too-old", told)


async def refuse(uow: UnitOfWork, application: Application) -> None:
    """Raises Invalid with every day that cannot be."""
    organization = None
    if application.organization_id is not None:
        organization = await uow.session.get(Organization, application.organization_id)
    errors = list(
        faults(
            application.content,
            today=uow.today,
            is_direct=application.is_direct,
            registered_on=None if organization is None else organization.registered_on,
        )
    )
    if errors:
        raise Invalid(errors[0].message, errors)


def _days(content: Content) -> Iterator[tuple[str, date]]:
    named = {"consented_on": content.consented_on, **content.happened()}
    yield from ((name, day) for name, day in named.items() if day is not None)
