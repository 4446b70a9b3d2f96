"""Processes of the benchmarks: services and floors that listen, tools that answer and end."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from liandong.db.engine import asyncpg_arguments
from liandong.embedded.interruptions import held
from liandong.embedded.program import Program

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
SAMPLER = "benchmarks.sampling"
READY_SECONDS = 120
_GRACE_SECONDS = 15
_TOOL_SECONDS = 180


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """The programs are ready inside the block and gone behind it."""
    try:
        for program in programs:
            program.start()
        until = time.monotonic() + READY_SECONDS
        for program in programs:
            while not program.is_ready():
                if not program.running or time.monotonic() > until:
                    raise RuntimeError(f"{program.name} is not ready:\n{program.last_lines()}")
                time.sleep(0.05)
            forget_samples(program)
        yield
    finally:
        with held():
            for program in programs:
                if program.running:
                    program.terminate()
            until = time.monotonic() + _GRACE_SECONDS
            for program in programs:
                if not program.join(until):
                    program.kill()


def forget_samples(program: Program) -> None:
    """What a sampled process did until now is not what is to be looked at."""
    if program.arguments[0] == SAMPLER:
        os.kill(program.pid, signal.SIGUSR2)


async def run_module(module: str, *arguments: str) -> bytes:
    """Runs ``python -m <module>`` of this repository; its output. Ends it when we are cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_TOOL_SECONDS):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"{module} ended with code {process.returncode}")
    return output


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(**asyncpg_arguments(url))
