"""What the kit is made of, as deploy/offline/images.toml says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from tools.offline.errors import KitError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/offline"
PLAN = FOLDER / "images.toml"

Mode = Literal["build", "save"]


@dataclass(frozen=True)
class Image:
    """One image (镜像). ``official`` is the public image whose contract it keeps."""

    name: str
    tag: str = ""
    official: str = ""
    digest: str = ""
    variable: str = ""
    below: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    maven: str = ""
    shipped: bool = True
    local: bool = False

    @property
    def folder(self) -> Path:
        return FOLDER / "images" / self.name

    @property
    def can_be_built(self) -> bool:
        return bool(self.tag)


@dataclass(frozen=True)
class Plan:
    """``release`` is the name of the Debian release; the images come in the order of making."""

    release: str
    images: tuple[Image, ...]

    def __getitem__(self, name: str) -> Image:
        for image in self.images:
            if image.name == name:
                return image
        known = "、".join(image.name for image in self.images)
        raise KitError(f"没有名为 {name} 的镜像；可选：{known}")

    def packages(self, image: Image) -> list[str]:
        """The packages of the image and of all that are below it."""
        parts = [*(self[name] for name in image.below), image]
        return [name for part in parts for name in part.packages]


def read_plan(text: str) -> Plan:
    """KitError when an entry has a name that is not known, or stands before what it builds on."""
    content = tomllib.loads(text)
    images: list[Image] = []
    for entry in content["image"]:
        images.append(_image(entry))
        missing = set(images[-1].below) - {image.name for image in images[:-1]}
        if missing:
            names = "、".join(sorted(missing))
            raise KitError(f"镜像 {images[-1].name} 的下层 {names} 应写在它之前")
    return Plan(content["release"], tuple(images))


def _image(entry: Mapping[str, Any]) -> Image:
    unknown = set(entry) - set(Image.__dataclass_fields__)
    if unknown:
        raise KitError(f"images.toml 中有未知的项：{'、'.join(sorted(unknown))}")
    values = {name: _frozen(value) for name, value in entry.items()}
    return Image(**values)


def _frozen(value: Any) -> Any:
    return tuple(cast(list[str], value)) if isinstance(value, list) else value


def load_plan() -> Plan:
    return read_plan(PLAN.read_text(encoding="utf-8"))
