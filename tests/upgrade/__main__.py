"""``python -m tests.upgrade <commit> [--transport feed|kafka]``: see docs/operations/upgrades.md.

0: nothing was noticed, nothing lost; 1: something was; 2: it could not be played.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from liandong.embedded.interruptions import end_by_exception
from liandong.testing.kafka import KafkaUnavailable, kafka_for_tests
from liandong.testing.postgres import DatabaseTemplates, postgres_for_tests
from tests.upgrade.play import played
from tests.upgrade.release import NoRelease, checked_out


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade")
    parser.add_argument("commit", help="the release to come from")
    parser.add_argument("--transport", action="append", choices=["feed", "kafka"])
    chosen = parser.parse_args()
    end_by_exception()  # a signal leaves nothing behind either
    try:
        return _play(chosen.commit, chosen.transport or ["feed", "kafka"])
    except (NoRelease, KafkaUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _play(commit: str, transports: list[str]) -> int:
    began = time.monotonic()

    def say(told: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.0f} s  {told}\n")
        sys.stdout.flush()

    whole = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liandong-upgrade-")))
        release = stack.enter_context(checked_out(commit, folder / "tree"))
        server = stack.enter_context(postgres_for_tests())
        say(f"来自 {release.commit}" + ("" if release.same_libraries else "，以现在的依赖库运行"))
        for transport in transports:
            bootstrap = stack.enter_context(kafka_for_tests()) if transport == "kafka" else None
            (folder / transport).mkdir()
            tally = asyncio.run(
                played(
                    release, transport, bootstrap.bootstrap_servers if bootstrap else "",
                    DatabaseTemplates(server), folder / transport, say,
                )
            )  # fmt: skip
            whole &= tally.whole
            say(
                f"{'ok  ' if tally.whole else 'FAIL'} {transport}: {tally.committed} events, "
                f"{tally.lost} lost, {tally.duplicated} duplicated, {tally.inverted} inverted, "
                f"{tally.resent} resent"
            )
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
