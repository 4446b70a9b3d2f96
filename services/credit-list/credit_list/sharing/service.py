"""Who is given which day's files."""

from datetime import date, timedelta

from credit_list.sharing import repository
from credit_list.sharing.domain import DayNoLongerKept, DayNotClosed
from credit_list.sharing.files import Part
from credit_list.sharing.models import SharedDay
from credit_list.sharing.rules import SHARING
from credit_list.sharing.schemas import RevisedFile
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule
from liandong.problems import FieldError, Forbidden, Invalid
from liandong.values.districts import districts


async def readable_district(uow: UnitOfWork, asked: str) -> str:
    """The district whose files are asked for: one's own, one below it, or one that is open to
    one's own."""
    own = uow.actor.district
    if own is None:
        raise Forbidden("您的账号未设置管辖区划，无法读取共享文件")
    if not asked:
        return own
    if not districts().is_known(asked):
        told = "没有这个代码的行政区划"
        raise Invalid(told, [FieldError("/query/district", "unknown-district", told)])
    if uow.actor.may_act_in(asked):
        return asked
    rules = (await uow.rules(SHARING, asked)).parameters
    if not any(districts().is_within(own, one) for one in rules.open_to):
        district_rule(uow.actor, asked)
    return asked


async def revisions(uow: UnitOfWork, district: str) -> list[RevisedFile]:
    """The files of the days that are kept of which there is a later revision than the first."""
    since = uow.today - timedelta(days=await _kept_days(uow, district))
    found: list[RevisedFile] = []
    for part, of_day in ((Part.FULL, repository.IN_FULL), (Part.DELTA, repository.IN_DELTA)):
        query = repository.revised(of_day, district, since)
        for day, subject, count, revised_at in await uow.session.execute(query):
            found.append(
                RevisedFile(
                    day=day, part=part, subject=subject, revision=1 + count, revised_at=revised_at
                )
            )
    return sorted(found, key=lambda one: (one.day, one.part, one.subject))


async def closed_day(uow: UnitOfWork, wanted: date, district: str) -> SharedDay:
    """Raises DayNotClosed; for partners DayNoLongerKept when it is too long ago."""
    found = await repository.day(uow.session, wanted)
    if found is None:
        raise DayNotClosed(
            "该日尚未结转，或者当日没有生成文件；每日零时以后结转前一日",
            extra={"day": wanted.isoformat()},
        )
    kept = await _kept_days(uow, district)
    if uow.actor.has(Role.PARTNER) and wanted < uow.today - timedelta(days=kept):
        raise DayNoLongerKept(
            f"共享文件保留{kept}日，请从最近一日的全量文件重新开始",
            extra={"kept_days": kept},
        )
    return found


async def _kept_days(uow: UnitOfWork, district: str) -> int:
    return int((await uow.rules(SHARING, district)).parameters.kept_days)
