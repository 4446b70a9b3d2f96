"""The ports of the embedded platform: one after the other from a base, on this machine only."""

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Self

import psutil

from liandong.embedded.errors import PlatformError
from liandong.settings import SERVICES

HOST = "127.0.0.1"
BASE = 8100
BASE_VARIABLE = "LIANDONG_PORT_BASE"
_LAST = 65_535 - len(SERVICES)

_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_FIRST_OUTGOING = 32_768
_FIRST_FREE = 12_000
_STRIDE = 2_039


@dataclass(frozen=True)
class Ports:
    issuer: int
    services: Mapping[str, int]

    @classmethod
    def from_base(cls, base: int = BASE) -> Self:
        """The issuer at ``base``, the services behind it in their fixed order."""
        return cls(base, {name: base + at for at, name in enumerate(SERVICES, start=1)})

    @classmethod
    def from_environment(cls) -> Self:
        """From ``LIANDONG_PORT_BASE``, or the usual ones."""
        given = os.environ.get(BASE_VARIABLE, "").strip() or str(BASE)
        if not given.isdecimal() or not 1024 <= int(given) <= _LAST:
            raise PlatformError(
                f"{BASE_VARIABLE} 须为 1024 至 {_LAST} 之间的整数（现为 {given}）。 "
                f"{BASE_VARIABLE} must be a number from 1024 to {_LAST}, not {given}."
            )
        return cls.from_base(int(given))

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody uses at this moment; for tests that run side by side."""
        numbers = [free_port() for _ in (None, *SERVICES)]
        return cls(numbers[0], dict(zip(SERVICES, numbers[1:], strict=True)))

    def refuse_taken(self, services: Sequence[str]) -> None:
        """Raises PlatformError that names the first port a stranger listens on."""
        for number in (self.issuer, *(self.services[name] for name in services)):
            if _is_taken(number):
                who = _owner(number)
                raise PlatformError(
                    f"端口 {number} 已被{who or '其他程序'}占用：请停止该程序，"
                    f"或用 {BASE_VARIABLE} 改用其他端口（例如 {BASE_VARIABLE}=9100）。 "
                    f"Port {number} is in use{f' by {who}' if who else ''}: stop that program or "
                    f"choose other ports with {BASE_VARIABLE} (such as {BASE_VARIABLE}=9100)."
                )


def free_port() -> int:
    """A port of this machine that nobody uses, for a program that may start only later.

    It lies below the ports that the system gives to outgoing connections, which would otherwise
    take it meanwhile; processes side by side are given different ones.
    """
    return next(number for number in _candidates(os.getpid()) if not _is_taken(number))


@cache
def _candidates(process: int) -> Iterator[int]:
    try:
        last = int(_OUTGOING.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        last = _USUAL_FIRST_OUTGOING
    span = last - _FIRST_FREE
    if span < _STRIDE:
        return (_port_from_the_system() for _ in count())
    return (_FIRST_FREE + (process * _STRIDE + step) % span for step in count())


def _port_from_the_system() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


def _is_taken(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError:
            return True
    return False


def _owner(number: int) -> str:
    """The listening program, as far as this user may know it."""
    try:
        for one in psutil.net_connections(kind="tcp"):
            if one.laddr and one.laddr.port == number and one.status == psutil.CONN_LISTEN:
                return f" {psutil.Process(one.pid).name()}（pid {one.pid}）" if one.pid else ""
    except psutil.Error:
        return ""
    return ""
