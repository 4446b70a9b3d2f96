"""Memory of the five services when nothing happens: everything in one process, real processes."""

import asyncio

import psutil

from benchmarks.processes import running
from benchmarks.report import Row, within
from benchmarks.servers import Stage
from liandong.settings import SERVICES

NAME = "idle-memory"
GOAL = 120.0

_MIB = 1024 * 1024


async def run(stage: Stage) -> list[Row]:
    rows: list[Row] = []
    for transport in ("feed", "kafka"):
        settings = {"LIANDONG_TRANSPORT": transport}
        if transport == "kafka":
            settings["LIANDONG_KAFKA_BOOTSTRAP_SERVERS"] = await stage.topics()
        urls = {name: await stage.database(name) for name in SERVICES}
        programs = stage.platform(urls, **settings)
        with running(*programs.values()):
            await asyncio.sleep(stage.seconds(8, least=1))
            rows += [_row(f"{transport}/{name}", one.pid) for name, one in programs.items()]
    return rows


def _row(name: str, pid: int) -> Row:
    """Resident memory; what it shares with the other services is counted in full."""
    memory = psutil.Process(pid).memory_full_info()
    pss, uss = memory.pss / _MIB, memory.uss / _MIB
    detail = f"proportional {pss:.0f} MiB, unshared {uss:.0f} MiB"
    return within(f"{NAME}/{name}", memory.rss / _MIB, "MiB RSS", GOAL, detail)
