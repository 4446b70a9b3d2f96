"""``python -m liandong.contracts write|check``: the contracts as files in ``contracts``."""

import argparse
import sys
from pathlib import Path

from liandong import logs
from liandong.contracts.definitions import ServiceMissing, definitions_of
from liandong.contracts.tree import Review, generate, review, write
from liandong.settings import SERVICES

_ROOT = Path(__file__).resolve().parents[4]
_UNCHANGED = (
    "已发布的事件约定不得作不兼容的修改：请提高事件的 version，只增加可选字段，并保留旧文件"
)


def main(arguments: list[str] | None = None) -> int:
    """0: as it should be; 1: differences or a breaking change; 2: cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m liandong.contracts")
    parser.add_argument("mode", choices=["write", "check"])
    parser.add_argument("--folder", type=Path, default=_ROOT / "contracts")
    parser.add_argument(
        "--service",
        action="append",
        choices=SERVICES,
        help="only this service, without asyncapi.yaml; default: all five",
    )
    parser.add_argument(
        "--unreleased",
        action="store_true",
        help="write although a checked-in event changes: it was never released",
    )
    given = parser.parse_args(arguments)
    logs.configure("contracts")
    try:
        files = generate(definitions_of(given.service or SERVICES), overview=given.service is None)
        if given.mode == "write":
            return _written(write(given.folder, files, unreleased=given.unreleased), given)
        return _checked(review(given.folder, files))
    except (ServiceMissing, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _written(found: Review, given: argparse.Namespace) -> int:
    if found.breaking and not given.unreleased:
        _tell(found)
        sys.stderr.write(f"{_UNCHANGED}。尚未发布过的可用 --unreleased 覆盖。\n")
        return 1
    for name in found.different:
        sys.stdout.write(f"{name}\n")
    sys.stdout.write(f"{given.folder}：更新 {len(found.different)} 个文件\n")
    return 0


def _checked(found: Review) -> int:
    if found.ok:
        sys.stdout.write("contracts 与代码一致\n")
        return 0
    _tell(found)
    for name in found.different:
        sys.stderr.write(f"不一致：{name}\n")
    if found.breaking:
        sys.stderr.write(f"{_UNCHANGED}。\n")
    else:
        sys.stderr.write("请运行 python -m liandong.contracts write 并提交。\n")
    return 1


def _tell(found: Review) -> None:
    for name, findings in found.breaking.items():
        for finding in findings:
            sys.stderr.write(f"不兼容：{name} {finding}\n")


if __name__ == "__main__":
    sys.exit(main())
