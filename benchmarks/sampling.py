"""``python -m benchmarks.sampling FILE MODULE ARGUMENTS``: runs a module and samples its stack.

Every few milliseconds of CPU time the kernel interrupts the process (SIGPROF) and the function
that runs is noted. What a C extension does is counted for the Python line that called it, or for
the next one. Unlike a tracing profiler this costs next to nothing, so that many small functions do
not look dearer than they are. The samples are written to FILE as JSON when the process ends.
"""

import atexit
import json
import runpy
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

INTERVAL_SECONDS = 0.002

_self: Counter[tuple[str, str]] = Counter()
_all: Counter[tuple[str, str]] = Counter()
_libraries: Counter[str] = Counter()
_began = time.process_time()


def start(file: Path) -> None:
    """Samples from now on; SIGUSR2 forgets what was sampled before."""
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGUSR2, _forget)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
    atexit.register(stop, file)


def stop(file: Path) -> None:
    """Ends the sampling and writes what was found."""
    atexit.unregister(stop)
    _write(file)


def _forget(*_: object) -> None:
    global _began  # noqa: PLW0603 - one profile per process
    _began = time.process_time()
    for counted in (_self, _all, _libraries):
        counted.clear()


def _sample(_: int, frame: FrameType | None) -> None:
    if frame is None:
        return
    _self[_place(frame)] += 1
    seen = set()
    library = ""
    while frame is not None:
        seen.add(_place(frame))
        library = library or library_of(frame.f_code.co_filename)
        frame = frame.f_back
    _all.update(seen)
    _libraries[library or "other"] += 1


def _place(frame: FrameType) -> tuple[str, str]:
    code = frame.f_code
    return code.co_filename, f"{code.co_qualname}:{code.co_firstlineno}"


def library_of(file: str) -> str:
    """The library of a source file; empty for the standard library, whose callers are counted.

    ``asyncio/runners`` is as deep as Python sees into uvloop: the event loop itself.
    """
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    if "services" in parts:
        return parts[parts.index("services") + 2]
    if "liandong" in parts:
        return "liandong"
    if "asyncio" in parts:
        return "event loop"
    return ""


def _write(file: Path) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    file.write_text(
        json.dumps(
            {
                "cpu_seconds": time.process_time() - _began,
                "libraries": _libraries.most_common(),
                "self": [[*place, count] for place, count in _self.most_common(60)],
                "all": [[*place, count] for place, count in _all.most_common(200)],
            }
        )
    )


def main() -> None:
    file, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    start(Path(file))
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
