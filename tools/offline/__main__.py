"""python -m tools.offline: the commands that make, check and try the offline kit (离线交付包)."""

import argparse
import sys
import time

from tools.offline import maven
from tools.offline.errors import KitError
from tools.offline.making import Workshop
from tools.offline.plan import ROOT, load_plan
from tools.offline.smoke import TRIALS, try_image

WORK = ROOT / "build/offline"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.offline", description="离线交付包")
    commands = parser.add_subparsers(dest="command", required=True)
    images = commands.add_parser("images", help="制作镜像")
    images.add_argument("name", nargs="*", help="只制作这些（缺省为全部）")
    images.add_argument("--fresh", action="store_true", help="重新下载，不用上次留下的")
    smoke = commands.add_parser("smoke", help="逐个启动镜像，直到能够工作")
    smoke.add_argument("name", nargs="*", help="只试这些（缺省为全部）")
    commands.add_parser("lock", help="按 pom.xml 更新 maven.lock")
    given = parser.parse_args(arguments)
    try:
        if given.command == "images":
            make_images(given.name, fresh=given.fresh)
        elif given.command == "smoke":
            try_images(given.name)
        else:
            lock()
    except KitError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def make_images(names: list[str], *, fresh: bool) -> None:
    plan = load_plan()
    workshop = Workshop(plan, WORK)
    if fresh:
        workshop.forget()
    chosen = [plan[name] for name in names] or [i for i in plan.images if i.can_be_built]
    for image in chosen:
        began = time.monotonic()
        workshop.make(image)
        sys.stdout.write(f"{image.tag}：{time.monotonic() - began:.0f} 秒\n")
        sys.stdout.flush()


def try_images(names: list[str]) -> None:
    plan = load_plan()
    for image in [plan[name] for name in names] or plan.images:
        if image.name in TRIALS:
            try_image(image.name, image.tag, tell=sys.stdout.write)


def lock() -> None:
    plan = load_plan()
    workshop = Workshop(plan, WORK)
    locked: dict[str, str] = {}
    for image in plan.images:
        if image.maven:
            locked |= maven.digests(image.name, workshop.downloads(image))
    maven.LOCK.write_text(maven.write_lock(locked), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
