"""The folder of contracts: generated, compared with what is checked in, guarded when written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from liandong.contracts.asyncapi import asyncapi_document
from liandong.contracts.compatibility import breaking_changes, changes_in_place
from liandong.contracts.events import event_file, event_schema
from liandong.contracts.findings import Finding
from liandong.contracts.openapi import openapi_document
from liandong.definition import ServiceDefinition

Files = dict[str, str]
"""Contents by the path below ``contracts``."""
_SCHEMAS = ("events/", "states/")


@dataclass(frozen=True)
class Review:
    """What is between the code and the checked-in folder."""

    different: Sequence[str] = ()
    """Files that are missing, differ, or are there although the code knows nothing of them."""
    breaking: Mapping[str, Sequence[Finding]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.different and not self.breaking


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as it reads."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def generate(definitions: Sequence[ServiceDefinition], *, overview: bool = True) -> Files:
    """Every contract of the services, as it should stand in the folder.

    ``overview``: with the AsyncAPI document, which tells of all the services together.
    """
    files = {
        event_file(event): _json(event_schema(event))
        for definition in definitions
        for event in (*definition.events, *(kind.state for kind in definition.states))
    }
    for definition in definitions:
        files[f"openapi/{definition.name}.json"] = _json(openapi_document(definition), sort=True)
    if overview:
        files["asyncapi.yaml"] = _yaml(asyncapi_document(definitions))
    return dict(sorted(files.items()))


def review(folder: Path, files: Files) -> Review:
    """Compares the folder with the generated files, and both with what was published."""
    here = {name: text for name, text in published(folder).items() if _concerns(name, files)}
    versions = _by_event(files)
    kept = {name for name in here if _is_older_version(name, versions)}
    different = [name for name, content in files.items() if here.get(name) != content]
    different += [name for name in here if name not in files and name not in kept]
    return Review(sorted(different), _breaking(here, files))


def write(folder: Path, files: Files, *, unreleased: bool = False) -> Review:
    """Writes the files unless that would break what was published; ``unreleased`` insists.

    Schemas of older versions stay. What was found is given back; with findings in ``breaking``
    nothing was written (except with ``unreleased``).
    """
    found = review(folder, files)
    if found.breaking and not unreleased:
        return found
    for name in found.different:
        path = folder / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8")
        else:
            path.unlink()
    return found


def published(folder: Path) -> Files:
    """What stands in the folder now."""
    found = [*folder.glob("events/*/*.json"), *folder.glob("states/*/*.json")]
    found += [*folder.glob("openapi/*.json"), *folder.glob("asyncapi.yaml")]
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(found)
    }


def _breaking(here: Files, files: Files) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    versions = _by_event(files)
    for name, content in here.items():
        if not name.startswith(_SCHEMAS):
            continue
        current = versions.get(_event(name), [])
        wrong = (
            [
                finding
                for one in current
                if _version(one) >= _version(name) and (one != name or files[one] != content)
                for finding in _compared(
                    json.loads(content), json.loads(files[one]), same=one == name
                )
            ]
            if current
            else [Finding("", "removed-event", "已发布的事件不再发布")]
        )
        if current and max(map(_version, current)) < _version(name):
            wrong.append(Finding("", "removed-version", "已发布的版本被撤回"))
        if wrong:
            found[name] = sorted(set(wrong))
    for name in files:
        for missing in _missing_before(name, here, files):
            found.setdefault(name, []).append(
                Finding("", "older-version-missing", f"缺少上一版本的文件 {missing}")
            )
    return found


def _compared(old: Mapping[str, Any], new: Mapping[str, Any], *, same: bool) -> list[Finding]:
    return changes_in_place(old, new) if same else breaking_changes(old, new)


def _missing_before(name: str, here: Files, files: Files) -> Iterator[str]:
    if name.startswith(_SCHEMAS) and _version(name) > 1:
        before = f"{_event(name)}.v{_version(name) - 1}.json"
        if before not in here and before not in files:
            yield before


def _concerns(name: str, files: Files) -> bool:
    """Of the whole platform everything; of a single service only what is its own."""
    service = name.removeprefix("openapi/").removesuffix(".json")
    service = service.removeprefix("events/").removeprefix("states/")
    return "asyncapi.yaml" in files or f"openapi/{service.partition('/')[0]}.json" in files


def _is_older_version(name: str, versions: Mapping[str, Sequence[str]]) -> bool:
    return name.startswith(_SCHEMAS) and any(
        _version(name) < _version(one) for one in versions.get(_event(name), ())
    )


def _by_event(files: Files) -> dict[str, list[str]]:
    """The files of each event, one for each version."""
    found: dict[str, list[str]] = {}
    for name in files:
        if name.startswith(_SCHEMAS):
            found.setdefault(_event(name), []).append(name)
    return found


def _event(name: str) -> str:
    return name.removesuffix(".json").rpartition(".v")[0]


def _version(name: str) -> int:
    return int(name.removesuffix(".json").rpartition(".v")[2])


def _json(content: Any, *, sort: bool = False) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=sort) + "\n"


def _yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
