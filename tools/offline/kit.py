"""Packs the images, their bills of materials and what Compose needs into one folder."""

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.offline import engine
from tools.offline.commands import run
from tools.offline.contents import exported, unpack_records
from tools.offline.errors import KitError
from tools.offline.plan import FOLDER, ROOT, Image, Mode
from tools.offline.sbom import bill_of, versions

SUMS = "SHA256SUMS"
# Of the repository, what the running platform needs; the images bring the rest.
_STACK = ("docker-compose.yml", "deploy", "docs/runbooks", "tools/compose_*.py")
_STAYS = ("deploy/offline", "deploy/helm")
_MOUNT = re.compile(r"(?<![\w./])\./[^:\"'\s,\]]+")


@dataclass(frozen=True)
class Packed:
    """An image in the kit. ``size_bytes`` is what it takes unpacked, with the layers it shares."""

    name: str
    tag: str
    mode: Mode
    official: str
    id: str
    architecture: str
    size_bytes: int
    layers: list[str]
    sbom: str
    contains: Mapping[str, str] = field(default_factory=dict[str, str])


def describe(name: str, tag: str, mode: Mode, official: str, target: Path) -> Packed:
    """Looks into the image, writes its bill of materials below ``target``, and tells what it is."""
    told = engine.inspect(tag)
    bill = _bill(name, tag)
    file = target / "sbom" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bill, encoding="utf-8")
    return Packed(
        name, tag, mode, official, told["Id"], told["Architecture"], told["Size"],
        told["RootFS"]["Layers"], f"sbom/{name}.json", versions(bill),
    )  # fmt: skip


def _bill(name: str, tag: str) -> str:
    with exported(tag) as tar, TemporaryDirectory(prefix="liandong-kit-") as folder:
        unpack_records(tar, Path(folder))
        return bill_of(Path(folder), name)


def pull(image: Image) -> str:
    """Mode ``save``: the official image by its digest; the name that it has afterwards."""
    if not image.digest:
        raise KitError(
            f"镜像 {image.official} 尚未固定摘要；请在能访问镜像仓库的机器上运行 "
            "python -m tools.offline pin，核对后把摘要写入 images.toml"
        )
    repository = image.official.rpartition(":")[0]
    engine.docker("pull", f"{repository}@{image.digest}")
    engine.docker("tag", f"{repository}@{image.digest}", image.official)
    return image.official


def copy_stack(target: Path, images: Mapping[str, str]) -> None:
    """Copies what Compose needs; ``images`` is written as images.env. KitError when a file that
    docker-compose.yml mounts is not among it."""
    listed = run("git", "ls-files", "-z", *_STACK, wrong="无法列出仓库中的文件", folder=ROOT)
    for name in filter(None, listed.split("\0")):
        if not name.startswith(_STAYS):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    compose = (target / "docker-compose.yml").read_text(encoding="utf-8")
    missing = [path for path in mounted(compose) if not (target / path).exists()]
    if missing:
        raise KitError(f"docker-compose.yml 用到的 {'、'.join(missing)} 不在交付包中")
    lines = [f"{name}={value}\n" for name, value in sorted(images.items())]
    (target / "images.env").write_text("".join(lines), encoding="utf-8")


def mounted(compose: str) -> list[str]:
    """The files and folders beside docker-compose.yml that it speaks of."""
    lines = (line.partition(" #")[0] for line in compose.splitlines())
    told = [line for line in lines if not line.lstrip().startswith("#")]
    return sorted({path for line in told for path in _MOUNT.findall(line)})


def manifest(
    packed: Sequence[Packed], left_out: Iterable[Image], about: Mapping[str, str]
) -> dict[str, Any]:
    return {
        **about,
        "images": [asdict(image) for image in packed],
        "not_included": [
            {"name": image.name, "official": image.official,
             "reason": "不在任何软件包仓库中，只能在能访问镜像仓库的机器上以 save 方式加入"}
            for image in left_out
        ],
    }  # fmt: skip


def write_list(packed: Sequence[Packed], target: Path) -> None:
    """images.txt: the processor, and the names that ``load.sh`` looks for."""
    architectures = {image.architecture for image in packed}
    if len(architectures) != 1:
        raise KitError(f"镜像的处理器类型不一致：{'、'.join(sorted(architectures))}")
    lines = [f"# architecture {architectures.pop()}", *(image.tag for image in packed)]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def archive(tags: Sequence[str], target: Path) -> None:
    """All images in one file, so that layers they share are in it once."""
    plain = target.with_suffix("")
    engine.save(tags, plain)
    with (
        plain.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, 1 << 20)
    plain.unlink()


def write_sums(folder: Path) -> str:
    """Writes SHA256SUMS over every file below ``folder``, and gives that file's own SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    broken = [path.name for path in files if {"\n", "\\"} & set(path.name)]
    if broken:
        raise KitError(f"文件名含有换行或反斜杠，无法写入 {SUMS}：{broken}")
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return _sha256(folder / SUMS)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_kit(
    folder: Path, packed: Sequence[Packed], left_out: Iterable[Image], about: Mapping[str, str],
    images: Mapping[str, str],
) -> str:  # fmt: skip
    """Writes all but the bills into ``folder``; gives the SHA-256 of SHA256SUMS."""
    told = manifest(packed, left_out, about)
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    write_list(packed, folder / "images.txt")
    copy_stack(folder / "stack", images)
    for name in ("load.sh", "env.sh", "README.md"):
        shutil.copy2(FOLDER / name, folder / name)
    archive([image.tag for image in packed], folder / "images.tar.gz")
    return write_sums(folder)
