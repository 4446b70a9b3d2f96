"""python -m tools.offline: the commands that make, check and try the offline kit (离线交付包)."""

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tools.offline import engine, kit, maven, service_image
from tools.offline.contents import differences, entries, exported, faults
from tools.offline.errors import KitError
from tools.offline.making import Workshop
from tools.offline.plan import ROOT, Image, Plan, load_plan
from tools.offline.smoke import TRIALS, try_image

WORK = ROOT / "build/offline"
KIT = ROOT / "build/offline-kit"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    commands: dict[str, Callable[[argparse.Namespace], int | None]] = {
        "images": make_images, "kit": make_kit, "smoke": try_images, "check": check_image,
        "compare": compare, "reproduce": reproduce, "lock": lock, "pin": pin,
    }  # fmt: skip
    try:
        return commands[given.command](given) or 0
    except KitError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.offline", description="离线交付包")
    commands = parser.add_subparsers(dest="command", required=True)
    images = commands.add_parser("images", help="制作镜像，不打包")
    images.add_argument("name", nargs="*", help="只制作这些（缺省为全部）")
    made = commands.add_parser("kit", help="制作全部镜像并打包到 build/offline-kit")
    for command in (images, made):
        command.add_argument("--fresh", action="store_true", help="重新下载，不用上次留下的")
    made.add_argument("--save", action="append", default=[], metavar="名称", help="改存官方镜像")
    made.add_argument("--version", help="服务镜像的标签（缺省为版本号加提交号）")
    made.add_argument("--no-images", action="store_true", help="镜像已制作好，只打包")
    smoke = commands.add_parser("smoke", help="逐个启动镜像，直到能够工作")
    smoke.add_argument("name", nargs="*", help="只试这些（缺省为全部）")
    smoke.add_argument("--version", help="服务镜像的标签")
    check = commands.add_parser("check", help="检查服务镜像中没有不该有的内容")
    check.add_argument("image")
    pair = commands.add_parser("compare", help="逐个文件比较两次构建的镜像")
    pair.add_argument("image", nargs=2)
    commands.add_parser("reproduce", help="不用缓存构建服务镜像两次，逐个文件比较")
    commands.add_parser("lock", help="按 pom.xml 更新 maven.lock")
    commands.add_parser("pin", help="查询官方镜像当前的摘要")
    return parser


def make_images(given: argparse.Namespace) -> None:
    plan = load_plan()
    workshop = Workshop(plan, WORK)
    if given.fresh:
        workshop.forget()
    names: list[str] = getattr(given, "name", [])
    for image in [plan[name] for name in names] or plan.images:
        if image.can_be_built:
            began = time.monotonic()
            workshop.make(image)
            say(f"{image.tag}：{time.monotonic() - began:.0f} 秒")


def make_kit(given: argparse.Namespace) -> None:
    plan, told = load_plan(), service_image.about()
    version = given.version or "-".join([told["version"], told["revision"]])
    service = f"liandong:{version}"
    saved = {plan[name].name for name in given.save}
    if not given.no_images:
        make_images(given)
        began = time.monotonic()
        service_image.build(plan, service, told)
        say(f"{service}：{time.monotonic() - began:.0f} 秒")
    _refuse_faults(service)
    shutil.rmtree(KIT, ignore_errors=True)
    KIT.mkdir(parents=True)
    packed = [kit.describe("liandong", service, "build", "", KIT)]
    packed += [_packed(image, save=image.name in saved) for image in _shipped(plan, saved)]
    missing = [image for image in plan.images if not image.can_be_built]
    left_out = [image for image in missing if image.name not in saved]
    names = {"LIANDONG_VERSION": service.partition(":")[2]}
    names |= {plan[part.name].variable: part.tag for part in packed[1:] if plan[part.name].variable}
    began = time.monotonic()
    own = kit.write_kit(KIT, packed, left_out, told, names)
    say(f"打包 {time.monotonic() - began:.0f} 秒，共 {_megabytes(KIT)} MB：{KIT}")
    for image in left_out:
        say(f"未包含 {image.name}（{image.official}）：不在任何软件包仓库中，见 manifest.json")
    say(f"请另行告知接收方 SHA256SUMS 的校验值：{own}")


def _shipped(plan: Plan, saved: set[str]) -> list[Image]:
    return [
        image for image in plan.images
        if image.shipped and (image.can_be_built or image.name in saved)
    ]  # fmt: skip


def _packed(image: Image, *, save: bool) -> kit.Packed:
    tag = kit.pull(image) if save else image.tag
    return kit.describe(image.name, tag, "save" if save else "build", image.official, KIT)


def _megabytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


def _refuse_faults(image: str) -> None:
    with exported(image) as tar:
        found = faults(tar)
    if engine.inspect(image)["Config"]["User"].partition(":")[0] in {"", "0", "root"}:
        found.append("以 root 运行")
    if found:
        raise KitError(f"镜像 {image} {'；'.join(found[:5])}")


def check_image(given: argparse.Namespace) -> None:
    _refuse_faults(given.image)
    say(f"镜像 {given.image} 没有构建工具、日志、时间戳字节码，含有 SBOM，不以 root 运行")


def compare(given: argparse.Namespace) -> int:
    return _compare(*given.image)


def reproduce(_: argparse.Namespace) -> int:
    plan, told = load_plan(), service_image.about()
    tags = [f"liandong:reproduce-{number}" for number in (1, 2)]
    try:
        for tag in tags:
            service_image.build(plan, tag, told, cache=False)
        return _compare(*tags)
    finally:
        for tag in tags:
            with suppress(KitError):
                engine.docker("image", "rm", tag)


def _compare(image: str, another: str) -> int:
    with exported(image) as one, exported(another) as other:
        first, second = entries(one), entries(other)
    found = differences(first, second)
    for path in found[:20]:
        say(f"不一致：/{path}：{first.get(path)} ≠ {second.get(path)}")
    same = engine.inspect(image)["RootFS"] == engine.inspect(another)["RootFS"]
    say(f"{len(first)} 项，{len(found)} 项不一致；各层摘要{'相同' if same else '不同'}")
    return 1 if found else 0


def try_images(given: argparse.Namespace) -> None:
    plan = load_plan()
    for image in [plan[name] for name in given.name] or plan.images:
        if image.name in TRIALS:
            try_image(image.name, image.tag, tell=sys.stdout.write)
    if given.version:
        try_image("liandong", f"liandong:{given.version}", tell=sys.stdout.write)


def lock(_: argparse.Namespace) -> None:
    workshop = Workshop(load_plan(), WORK)
    locked: dict[str, str] = {}
    for image in workshop.plan.images:
        if image.maven:
            locked |= maven.digests(image.name, workshop.downloads(image))
    maven.LOCK.write_text(maven.write_lock(locked), encoding="utf-8")


def pin(_: argparse.Namespace) -> None:
    for image in load_plan().images:
        if image.official:
            engine.docker("pull", image.official)
            (digest, *_rest) = engine.inspect(image.official)["RepoDigests"]
            say(f'{image.name}: digest = "{digest.partition("@")[2]}"')


if __name__ == "__main__":
    sys.exit(main())
