"""``python -m story demo|containers|drill``: the story on processes or in containers; a drill."""

import argparse
import os
import sys

from rich.console import Console

from liandong.embedded.errors import PlatformError
from liandong.embedded.postgres import EmbeddedPostgresError
from story.demo import play, play_in_containers
from story.drill import kill_one_after_another
from story.stage import StoryFailed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m story")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="演示一个完整的联动故事")
    demo.add_argument("--transport", choices=["feed", "kafka"], default="feed")
    demo.add_argument(
        "--kafka-bootstrap", default=os.environ.get("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", "")
    )
    containers = commands.add_parser("containers", help="在 Docker Compose 的容器中演示同一个故事")
    drill = commands.add_parser("drill", help="逐个终止容器，核对没有丢失、没有重复")
    for one in (containers, drill):
        one.add_argument("--keep", action="store_true", help="结束后保留容器与数据")
        one.add_argument(
            "--no-build", dest="build", action="store_false", help="使用已有的镜像，不重新构建"
        )
    given = parser.parse_args()
    console = Console(highlight=False)
    try:
        if given.command == "containers":
            play_in_containers(console, keep=given.keep, build=given.build)
        elif given.command == "drill":
            kill_one_after_another(console, keep=given.keep, build=given.build)
        else:
            play(given.transport, given.kafka_bootstrap, console)
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
