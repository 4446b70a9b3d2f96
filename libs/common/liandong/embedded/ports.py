"""The ports of the embedded platform: one after the other from a base, on this machine only."""

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

import psutil

from liandong.embedded.errors import PlatformError
from liandong.settings import SERVICES

HOST = "127.0.0.1"
BASE = 8100
BASE_VARIABLE = "LIANDONG_PORT_BASE"
_LAST = 65_535 - len(SERVICES)


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
        with ExitStack() as stack:
            probes = [stack.enter_context(socket.socket()) for _ in (None, *SERVICES)]
            for probe in probes:
                probe.bind((HOST, 0))
            numbers = [probe.getsockname()[1] for probe in probes]
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
