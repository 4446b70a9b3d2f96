"""``python -m story demo [--transport feed|kafka] [--kafka-bootstrap HOST:PORT]``."""

import argparse
import os
import sys

from rich.console import Console

from liandong.embedded.errors import PlatformError
from liandong.embedded.postgres import EmbeddedPostgresError
from story.demo import play
from story.stage import StoryFailed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m story")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="演示一个完整的联动故事")
    demo.add_argument("--transport", choices=["feed", "kafka"], default="feed")
    demo.add_argument(
        "--kafka-bootstrap", default=os.environ.get("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", "")
    )
    given = parser.parse_args()
    try:
        play(given.transport, given.kafka_bootstrap, Console(highlight=False))
    except (PlatformError, EmbeddedPostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except StoryFailed as failure:
        sys.stderr.write(f"演示未按预期进行：{failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
