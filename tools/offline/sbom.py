"""The bill of materials (SBOM, 软件物料清单) of a root file system, as CycloneDX 1.6 JSON.

Stands alone, beside cyclonedx-python-lib, so that the image's build needs nothing else of the
repository: python sbom.py --name liandong /folder >sbom.json. The same content gives the same
bytes: no time, and a serial number made from the components.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_DPKG = "var/lib/dpkg/status"
_LONGEST_LICENCE = 120
_licences = LicenseFactory()
# The library's decorators hide the constructors of its classes from type checkers.
_make_bom: Any = Bom
_make_component: Any = Component


def bill_of(root: Path, name: str) -> str:
    """The components below ``root``: Debian's, Python's, and Java's jars, by their own records."""
    components = {**_debian(root), **_python(root), **_java(root)}
    serial = uuid5(NAMESPACE_URL, "\n".join([name, *sorted(components)]))
    bom = _make_bom(components=components.values(), serial_number=serial)
    bom.metadata.component = _make_component(
        name=name, type=ComponentType.CONTAINER, bom_ref=f"image:{name}"
    )
    bom.register_dependency(bom.metadata.component, components.values())
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


def _debian(root: Path) -> dict[str, Any]:
    status = root / _DPKG
    text = status.read_text(encoding="utf-8") if status.is_file() else ""
    records = [HeaderParser().parsestr(paragraph) for paragraph in text.split("\n\n")]
    return _components(
        (_of_debian(record), "")
        for record in records
        if record.get("Status", "").endswith(" installed")
    )


def _of_debian(record: Message) -> PackageURL:
    qualifiers = {"arch": record.get("Architecture", "all")}
    return PackageURL("deb", "debian", record["Package"], record["Version"], qualifiers)


def _python(root: Path) -> dict[str, Any]:
    folders = sorted(
        folder
        for place in ("opt/*/lib", "usr/local/lib")
        for folder in root.glob(f"{place}/python3*/site-packages")
    )
    found = distributions(path=[str(folder) for folder in folders])
    records = [HeaderParser().parsestr(each.read_text("METADATA") or "") for each in found]
    return _components(
        (PackageURL("pypi", None, record["Name"], record["Version"]), _licence_of(record))
        for record in records
    )


def _licence_of(record: Message) -> str:
    told: str = record.get("License-Expression") or record.get("License") or ""
    if told and len(told) <= _LONGEST_LICENCE and "\n" not in told:
        return told
    classifiers: list[str] = record.get_all("Classifier") or []
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    return names[0] if names else ""


def _java(root: Path) -> dict[str, Any]:
    jars = sorted(root.glob("opt/**/*.jar"))
    return _components((purl, "") for jar in jars for purl in _in_jar(jar))


def _in_jar(path: Path) -> Iterator[PackageURL]:
    """What the jar holds, by the records that Maven left in it; else by the name of the file."""
    with zipfile.ZipFile(path) as jar:
        records = [name for name in jar.namelist() if name.endswith("/pom.properties")]
        texts = [jar.read(record).decode("utf-8", "replace") for record in records]
    known = [
        dict(line.split("=", 1) for line in text.splitlines() if "=" in line) for text in texts
    ]
    told = [each for each in known if each.keys() >= {"groupId", "artifactId", "version"}]
    for each in told:
        yield PackageURL("maven", each["groupId"], each["artifactId"], each["version"])
    if not told:
        name, _, version = path.stem.rpartition("-")
        yield PackageURL("maven", None, name or path.stem, version or "unknown")


def _components(found: Iterable[tuple[PackageURL, str]]) -> dict[str, Any]:
    return {purl.to_string(): _component(purl, licence) for purl, licence in found}


def _component(purl: PackageURL, licence: str) -> Any:
    return _make_component(
        name=purl.name,
        group=purl.namespace,
        version=purl.version,
        purl=purl,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        licenses=[_licences.make_from_string(licence)] if licence else [],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("root", type=Path)
    given = parser.parse_args()
    sys.stdout.write(bill_of(given.root, given.name))


if __name__ == "__main__":
    main()
