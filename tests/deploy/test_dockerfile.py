"""The Dockerfiles keep what the documentation promises of the images."""

import re
from pathlib import Path

import pytest

from tools.offline.plan import load_plan

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "Dockerfile"
ALL = [SERVICES, *sorted((ROOT / "deploy/offline/images").glob("*/Dockerfile"))]


def instructions(path: Path) -> list[tuple[str, str]]:
    """Every instruction and its arguments, on one line each."""
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if line[:1] != "#")
    joined = re.sub(r"\\\n\s*", " ", text)
    parts = (line.split(None, 1) for line in joined.splitlines() if line.strip())
    return [(name, arguments) for name, arguments in parts]


def last_stage(path: Path) -> list[tuple[str, str]]:
    found = instructions(path)
    last = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def of(found: list[tuple[str, str]], name: str) -> list[str]:
    return [arguments for instruction, arguments in found if instruction == name]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.parent.name)
def test_nothing_is_fetched_by_address(path: Path) -> None:
    found = instructions(path)
    assert not [told for told in of(found, "ADD") + of(found, "COPY") if "://" in told]
    assert not [
        told for told in of(found, "RUN") if re.search(r"\b(curl|wget|apt-get|git)\b", told)
    ]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.parent.name)
def test_what_an_image_is_built_on_can_be_chosen(path: Path) -> None:
    found = instructions(path)
    froms = of(found, "FROM")
    assert all(told.startswith(("${", "scratch")) for told in froms)
    before = found[: next(i for i, (name, _) in enumerate(found) if name == "FROM")]
    given = {told.partition("=")[0] for told in of(before, "ARG")}
    assert {told for line in froms for told in re.findall(r"\$\{(\w+)\}", line)} <= given


@pytest.mark.parametrize(
    "path", [SERVICES, *(image.folder / "Dockerfile" for image in load_plan().images
                         if image.shipped and image.can_be_built)],
    ids=lambda path: path.parent.name,
)  # fmt: skip
def test_nothing_that_is_shipped_runs_as_root(path: Path) -> None:
    (user,) = of(last_stage(path), "USER")
    assert user.partition(":")[0] not in {"0", "root", ""}


def test_the_image_of_the_services_says_what_it_is() -> None:
    final = last_stage(SERVICES)
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", " ".join(of(final, "LABEL"))))
    assert labels == {"title", "description", "licenses", "version", "revision", "created"}
    assert {"VERSION=", "REVISION=", "CREATED="} <= set(of(final, "ARG"))


def test_the_last_stage_takes_files_from_the_stages_before_alone() -> None:
    final = last_stage(SERVICES)
    assert of(final, "COPY") == ["--from=build /rootfs/ /"]
    assert not of(final, "ADD")
    assert not [told for told in of(final, "RUN") if "pip install" in told or "venv" in told]


def test_what_is_copied_is_let_in_and_secrets_are_not() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    let_in = {pattern[1:] for pattern in patterns if pattern.startswith("!")}
    copied = [told.split() for told in of(instructions(SERVICES), "COPY") if "--from" not in told]
    assert let_in == {source for parts in copied for source in parts[:-1]}
    assert not [name for name in let_in if name.startswith((".env", ".git", "build"))]
