"""load.sh, against a command in the engine's place that writes down what it is told."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.offline.kit import write_sums
from tools.offline.plan import FOLDER

# Knows no image before `load`, every image after it; FAKE_* make it fail.
ENGINE = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$FAKE_LOG"
case $1 in
  version) [ -z "${FAKE_DOWN:-}" ] && printf '%s\\n' "${FAKE_ARCH:-amd64}" ;;
  load) [ -z "${FAKE_FULL:-}" ] && : >"$FAKE_LOG.loaded" ;;
  image)
    [ -e "$FAKE_LOG.loaded" ] && [ "$5" != "${FAKE_LOST:-}" ] && printf 'sha256:id-of-%s\\n' "$5" ;;
esac
"""


@dataclass(frozen=True)
class Medium:
    folder: Path
    log: Path
    path: str

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {"PATH": self.path, "FAKE_LOG": str(self.log), **environment}
        return subprocess.run(
            ["sh", str(self.folder / "load.sh")],
            env=variables, cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def loads(self) -> list[str]:
        return [call for call in self.calls if call.startswith("load")]


@pytest.fixture
def medium(tmp_path: Path) -> Medium:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "docker").write_text(ENGINE)
    (programs / "docker").chmod(0o755)
    folder = tmp_path / "离线 包 (1) $HOME;'"
    (folder / "sbom").mkdir(parents=True)
    (folder / "load.sh").write_bytes((FOLDER / "load.sh").read_bytes())
    (folder / "images.tar.gz").write_bytes(b"images")
    (folder / "images.txt").write_text("# architecture amd64\nliandong:1\nkit/kafka:4\n")
    (folder / "sbom/名 称 *[1]'$x.json").write_text("{}")
    write_sums(folder)
    return Medium(folder, tmp_path / "calls", f"{programs}:{os.environ['PATH']}")


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.endswith("。")
    assert all(word in sentence for word in words)


def test_everything_is_checked_loaded_and_told(medium: Medium) -> None:
    done = medium.run()
    assert done.returncode == 0, done.stderr
    assert medium.loads == ["load --quiet --input images.tar.gz"]
    assert "已载入 liandong:1 sha256:id-of-liandong:1" in done.stdout.splitlines()
    assert "已载入 kit/kafka:4 sha256:id-of-kit/kafka:4" in done.stdout.splitlines()


def test_a_second_run_is_harmless(medium: Medium) -> None:
    first, second = medium.run(), medium.run()
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)


@pytest.mark.parametrize(
    "name", ["images.tar.gz", "load.sh", "images.txt", "sbom/名 称 *[1]'$x.json"]
)
def test_a_file_that_differs_is_refused_by_name(medium: Medium, name: str) -> None:
    with (medium.folder / name).open("ab") as file:
        file.write(b"\n")
    refused(medium.run(), name, "没有载入任何镜像")
    assert not medium.calls


@pytest.mark.parametrize("name", ["images.tar.gz", "SHA256SUMS", "images.txt"])
def test_a_missing_file_is_refused_by_name(medium: Medium, name: str) -> None:
    (medium.folder / name).unlink()
    refused(medium.run(), name, "没有载入任何镜像")
    assert not medium.calls


@pytest.mark.parametrize("name", ["images.tar.gz", "images.txt"])
def test_what_is_loaded_has_to_be_in_the_list(medium: Medium, name: str) -> None:
    sums = medium.folder / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    sums.write_text("".join(line for line in lines if not line.endswith(f"  {name}\n")))
    refused(medium.run(), name, "没有载入任何镜像")
    assert not medium.loads


@pytest.mark.parametrize("content", ["", "not a list\n"])
def test_a_list_that_is_none_is_refused(medium: Medium, content: str) -> None:
    (medium.folder / "SHA256SUMS").write_text(content)
    refused(medium.run(), "SHA256SUMS", "没有载入任何镜像")
    assert not medium.loads


def test_an_engine_that_does_not_answer_is_told(medium: Medium) -> None:
    refused(medium.run(FAKE_DOWN="1"), "无法连接 Docker")
    assert not medium.loads


def test_another_processor_is_told(medium: Medium) -> None:
    refused(medium.run(FAKE_ARCH="arm64"), "amd64", "arm64")
    assert not medium.loads


def test_a_load_that_fails_is_told(medium: Medium) -> None:
    refused(medium.run(FAKE_FULL="1"), "磁盘空间")


def test_an_image_that_is_not_there_afterwards_is_told(medium: Medium) -> None:
    refused(medium.run(FAKE_LOST="kit/kafka:4"), "kit/kafka:4")


def test_another_engine_can_be_named(medium: Medium) -> None:
    refused(medium.run(LIANDONG_DOCKER="podman-that-is-not-here"), "podman-that-is-not-here")


def test_the_sum_that_is_told_by_another_way_is_that_of_the_list(medium: Medium) -> None:
    told = write_sums(medium.folder)
    assert told == hashlib.sha256((medium.folder / "SHA256SUMS").read_bytes()).hexdigest()
    assert medium.run().returncode == 0
