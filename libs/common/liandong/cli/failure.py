"""What a person is told when a command cannot be carried out: one sentence, never a traceback."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from liandong.contracts.definitions import ServiceMissing
from liandong.db.engine import UnfitDatabase
from liandong.db.errors import is_busy, sqlstate
from liandong.problems import Problem
from liandong.reconciliation.errors import TopicUnreadable
from liandong.rules.book import InvalidRuleSet
from liandong.values.districts import UnknownDistrict

NEEDS_ATTENTION = 1
CANNOT = 2

_GLOBAL_FLAGS = frozenset({"--json"})
_GLOBAL_OPTIONS = frozenset({"--service", "--platform"})
_BY_STATE = {
    "3D000": "没有这个数据库",
    "28P01": "数据库用户名或密码不对",
    "28000": "数据库拒绝了这个用户",
    "3F000": "数据库尚未建表，请先执行 migrate",
    "42P01": "数据库尚未建表，请先执行 migrate",
    "42501": "数据库用户没有所需的权限",
    "55P03": "数据库正忙，请稍后再试",
    "57014": "数据库正忙，请稍后再试",
}


class CommandFailed(Exception):
    """The command cannot be carried out; the message is one Chinese sentence."""


class Unreachable(CommandFailed):
    """A service's database does not answer, or not as a migrated database of the platform."""


def sentence(error: BaseException) -> str | None:
    """What to tell; None for an error that only a programmer can do something about."""
    if isinstance(error, Problem):
        return error.detail or error.title
    if isinstance(error, ValidationError):
        return "；".join(_invalid(one) for one in error.errors())
    known = (
        CommandFailed, UnfitDatabase, ServiceMissing, InvalidRuleSet, UnknownDistrict,
        TopicUnreadable,
    )  # fmt: skip
    if isinstance(error, known):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}：{error.strerror}" if error.filename else str(error)
    return None


def _invalid(one: Any) -> str:
    place = ".".join(map(str, one["loc"]))
    return f"{place}：{one['msg']}" if place else str(one["msg"])


@contextmanager
def speaking_of(service: str) -> Iterator[None]:
    """Errors of the service's database become :class:`Unreachable`, naming the service."""
    try:
        yield
    except (CommandFailed, Problem, TopicUnreadable, UnfitDatabase):
        raise
    except Exception as error:
        told = _BY_STATE.get(sqlstate(error))
        if told is None and (is_busy(error) or isinstance(error, OSError)):
            told = f"无法连接数据库（{_short(error)}）"
        if told is None:
            raise
        raise Unreachable(f"{service}：{told}") from error


def _short(error: BaseException) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, TimeoutError):
        return "超时没有回答"
    return getattr(original, "strerror", None) or str(original).partition("\n")[0] or "连接中断"


class Commands(TyperGroup):
    """The root of the commands: turns errors into sentences with exit code 2."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Global options may stand anywhere, also behind the command."""
        return super().parse_args(ctx, in_front(args))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = sentence(error)
            if told is None:
                raise
            typer.echo(f"错误：{told}", err=True)
            raise typer.Exit(CANNOT) from error


def in_front(arguments: Sequence[str]) -> list[str]:
    """The arguments with the global options moved before the command."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        one = waiting.pop(0)
        if one == "--":
            rest += [one, *waiting]
            break
        if one in _GLOBAL_FLAGS or one.partition("=")[0] in _GLOBAL_OPTIONS:
            front.append(one)
            if one in _GLOBAL_OPTIONS and waiting:
                front.append(waiting.pop(0))
        else:
            rest.append(one)
    return front + rest
