"""发证: what each matter needs on its certificate, and what it changes in the register."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError, Invalid
from registry.applications import effects
from registry.applications.domain import Matter
from registry.applications.models import Application
from registry.applications.schemas import Certification
from registry.organizations.models import Organization

_LABELS: Final = {
    "credit_code": "统一社会信用代码",
    "certificate_from": "证书有效期的起始日",
    "certificate_until": "证书有效期的截止日",
}
_TERM: Final = ("certificate_from", "certificate_until")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an approved application of a matter brings about."""

    carry_out: Callable[[UnitOfWork, Application, Certification], Awaitable[Organization]]
    demanded: tuple[str, ...] = ()
    """What the certificate says; everything else is refused."""


EFFECTS: Final[Mapping[Matter, Effect]] = {
    Matter.ESTABLISHMENT: Effect(effects.establish, ("credit_code", *_TERM)),
    Matter.CHANGE: Effect(effects.change),
    Matter.ARTICLES: Effect(effects.approve_articles),
    Matter.RENEWAL: Effect(effects.renew, _TERM),
    Matter.CANCELLATION: Effect(effects.cancel),
    Matter.CHARITY_RECOGNITION: Effect(effects.enter_qualification),
    Matter.CHARITY_WITHDRAWAL: Effect(effects.enter_qualification),
    Matter.FUNDRAISING: Effect(effects.enter_qualification),
    Matter.FUNDRAISING_WITHDRAWAL: Effect(effects.enter_qualification),
}


async def carry_out(uow: UnitOfWork, application: Application, body: Certification) -> Organization:
    """The organisation as it is afterwards; raises Invalid for what the certificate lacks."""
    effect = EFFECTS[application.matter]
    _demand(body, *effect.demanded)
    _refuse(body, *(name for name in _LABELS if name not in effect.demanded))
    return await effect.carry_out(uow, application, body)


def _demand(body: Certification, *names: str) -> None:
    errors = [
        FieldError(f"/{name}", "missing", f"应填写{_LABELS[name]}")
        for name in names
        if getattr(body, name) is None
    ]
    if errors:
        raise Invalid(errors[0].message, errors)


def _refuse(body: Certification, *names: str) -> None:
    errors = [
        FieldError(f"/{name}", "not-wanted", f"该事项不填{_LABELS[name]}")
        for name in names
        if getattr(body, name) is not None
    ]
    if errors:
        raise Invalid(errors[0].message, errors)
