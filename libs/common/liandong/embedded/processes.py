"""Processes by number: is it still the one that was meant, and has it ended."""

import signal

import psutil


def find(pid: int, started: float | None = None) -> psutil.Process | None:
    """The living process ``pid``; None when it ended or the number now belongs to another.

    ``started`` is what :func:`started_at` said of the process that is meant.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if started is not None and abs(process.create_time() - started) > 1:
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def started_at(pid: int) -> float:
    return psutil.Process(pid).create_time()


def works_in(process: psutil.Process, folder: str) -> bool:
    """Whether the process works in ``folder``; False when that is not ours to see."""
    try:
        return process.cwd() == folder
    except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def end(process: psutil.Process, *, by: signal.Signals, within: float) -> bool:
    """Signals the process and waits; False when it is still there after ``within`` seconds."""
    try:
        process.send_signal(by)
    except psutil.NoSuchProcess:
        return True
    return ended(process, within=within)


def ended(process: psutil.Process, *, within: float) -> bool:
    """Waits until the process is gone; a corpse that nobody collected counts as gone."""
    waited = 0.0
    while waited < within:
        try:
            process.wait(0.05)
        except psutil.TimeoutExpired:
            waited += 0.05
            if find(process.pid) is None:
                return True
        else:
            return True
    return False
