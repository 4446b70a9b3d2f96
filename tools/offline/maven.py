"""Files from Maven Central, by this machine's Maven and its settings, compared with maven.lock."""

import hashlib
import shutil
from pathlib import Path

from tools.offline.commands import run
from tools.offline.errors import KitError
from tools.offline.plan import FOLDER

LOCK = FOLDER / "maven.lock"
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies"


def fetch(pom: Path, target: Path) -> None:
    """Copies what ``pom`` names, and what that needs at run time, into ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    run(
        "mvn", "-q", "-B", "-f", str(pom), _PLUGIN, "-DincludeScope=runtime",
        f"-DoutputDirectory={target}",
        wrong=f"Maven 未能下载 {pom.parent.name} 所需的文件，请检查网络",
    )  # fmt: skip


def digests(image: str, folder: Path) -> dict[str, str]:
    """``image/file`` and the SHA-256 of each file."""
    return {
        f"{image}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def read_lock(text: str) -> dict[str, str]:
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {name: digest for digest, name in lines}


def write_lock(locked: dict[str, str]) -> str:
    head = (
        "# SHA-256 of every file from Maven Central; written by `python -m tools.offline lock`.\n"
    )
    return head + "".join(f"{locked[name]}  {name}\n" for name in sorted(locked))


def compare(image: str, found: dict[str, str], locked: dict[str, str]) -> None:
    """KitError when a file differs from the lock, is not in it, or is missing."""
    wanted = {name: digest for name, digest in locked.items() if name.startswith(f"{image}/")}
    wrong = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
    if wrong:
        raise KitError(
            f"来自 Maven 的文件与 {LOCK.name} 不一致：{'、'.join(wrong[:5])}；"
            "若确为升级，请先运行 python -m tools.offline lock 并核对差异"
        )
