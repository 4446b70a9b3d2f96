"""The bill of materials (SBOM, 软件物料清单) of a root file system, as CycloneDX 1.6 JSON.

Stands alone, beside cyclonedx-python-lib, so that the image's build needs nothing else of the
repository: python sbom.py --name liandong /folder >sbom.json. The same content gives the same
bytes: no time, and a serial number made from the components.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from importlib.metadata import Distribution, distributions
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_DPKG = "var/lib/dpkg/status"
_LONGEST_LICENCE = 120
_licences = LicenseFactory()


def bill_of(root: Path, name: str) -> str:
    """The components below ``root``: Debian's, Python's, and Java's jars, by their own records."""
    components: dict[str, Component] = {}
    for component in (*_debian(root), *_python(root), *_java(root)):
        components[str(component.bom_ref.value)] = component
    serial = uuid5(NAMESPACE_URL, "\n".join([name, *sorted(components)]))
    bom = Bom(components=components.values(), serial_number=serial)
    bom.metadata.component = Component(
        name=name, type=ComponentType.CONTAINER, bom_ref=f"image:{name}"
    )
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    content["metadata"].pop("timestamp", None)
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def versions(bill: str) -> dict[str, str]:
    """``type/name`` and version of every component of a bill that ``bill_of`` wrote."""
    found = json.loads(bill).get("components", [])
    return {_short(part["purl"]): part["version"] for part in found}


def _short(purl: str) -> str:
    parsed = PackageURL.from_string(purl)
    return f"{parsed.type}/{parsed.name}"


def _debian(root: Path) -> Iterator[Component]:
    status = root / _DPKG
    if not status.is_file():
        return
    for paragraph in status.read_text(encoding="utf-8").split("\n\n"):
        record = HeaderParser().parsestr(paragraph)
        if record.get("Status", "").endswith(" installed"):
            yield _component(
                PackageURL(
                    "deb", "debian", record["Package"], record["Version"],
                    {"arch": record.get("Architecture", "all")},
                )
            )  # fmt: skip


def _python(root: Path) -> Iterator[Component]:
    folders = sorted({*root.glob("opt/*/lib/python3*/site-packages"),
                      *root.glob("usr/local/lib/python3*/site-packages")})  # fmt: skip
    for distribution in distributions(path=[str(folder) for folder in folders]):
        found = distribution.metadata
        purl = PackageURL("pypi", None, found["Name"], distribution.version)
        yield _component(purl, _licence_of(distribution))


def _licence_of(distribution: Distribution) -> str:
    found = distribution.metadata
    told = found.get("License-Expression") or found.get("License") or ""
    if told and len(told) <= _LONGEST_LICENCE and "\n" not in told:
        return told
    classifiers: list[str] = found.get_all("Classifier") or []
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    return names[0] if names else ""


def _java(root: Path) -> Iterator[Component]:
    for jar in sorted(root.glob("opt/**/*.jar")):
        yield from _jar(jar)


def _jar(path: Path) -> Iterator[Component]:
    with zipfile.ZipFile(path) as jar:
        records = [name for name in jar.namelist() if name.endswith("/pom.properties")]
        for record in records:
            lines = jar.read(record).decode("utf-8", "replace").splitlines()
            values = dict(line.split("=", 1) for line in lines if "=" in line)
            if values.keys() >= {"groupId", "artifactId", "version"}:
                yield _component(
                    PackageURL("maven", values["groupId"], values["artifactId"], values["version"])
                )
    if not records:
        name, _, version = path.stem.rpartition("-")
        yield _component(PackageURL("maven", None, name or path.stem, version or "unknown"))


def _component(purl: PackageURL, licence: str = "") -> Component:
    licences: list[License] = []
    if licence:
        made = _licences.make_from_string(licence)
        licences = [made]  # pyright: ignore[reportAssignmentType]
    return Component(
        name=purl.name, group=purl.namespace, version=purl.version, purl=purl,
        type=ComponentType.LIBRARY, bom_ref=purl.to_string(), licenses=licences,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("root", type=Path)
    given = parser.parse_args()
    sys.stdout.write(bill_of(given.root, given.name))


if __name__ == "__main__":
    main()
