"""The folder of contracts: written, compared, and guarded against breaking what was published."""

import dataclasses
import json
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from liandong.contracts import __main__ as command
from liandong.contracts.definitions import ServiceMissing, definition_of, installed
from liandong.contracts.events import event_schema, partition_key
from liandong.contracts.tree import Files, generate, review, write
from liandong.events.contract import Event
from registry.app import DEFINITION
from registry.search.endpoints import router as search

SMALL = dataclasses.replace(DEFINITION, routers=[search])
"""A service with a document of a few pages: how it comes into the folder is the same."""

TYPE = "cn.liandong.registry.thing.done"
FILE = f"events/registry/{TYPE}.v1.json"
SECOND = f"events/registry/{TYPE}.v2.json"


class Done(Event):
    """办结: the thing is done."""

    type: ClassVar[str] = TYPE
    subject_field: ClassVar[str] = "thing_id"
    thing_id: UUID
    organization_id: UUID | None = None
    result: str


class DoneWithMore(Done):
    """办结: the thing is done."""

    type: ClassVar[str] = TYPE
    more: str | None = None


class DoneSecond(DoneWithMore):
    """办结: the thing is done."""

    type: ClassVar[str] = TYPE
    version: ClassVar[int] = 2


class DoneOtherwise(Event):
    """办结: the thing is done."""

    type: ClassVar[str] = TYPE
    subject_field: ClassVar[str] = "thing_id"
    thing_id: UUID
    outcome: str


class DoneOtherwiseSecond(DoneOtherwise):
    """办结: the thing is done."""

    type: ClassVar[str] = TYPE
    version: ClassVar[int] = 2


def files_of(*events: type[Event]) -> Files:
    return generate([dataclasses.replace(SMALL, events=list(events))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Contracts with version 1 of the event, published."""
    write(tmp_path, files_of(Done))
    return tmp_path


def test_a_schema_tells_what_goes_into_the_envelope() -> None:
    schema = event_schema(Done)
    assert schema["x-liandong"] == {
        "type": TYPE,
        "version": 1,
        "topic": "liandong.registry",
        "key": "organization_id",
        "key_fallback": "thing_id",
        "subject_field": "thing_id",
    }
    assert schema["$id"] == f"urn:liandong:event:{TYPE}:1"
    assert schema["title"] == "Done"
    assert schema["description"] == "办结: the thing is done."
    assert schema["required"] == ["thing_id", "result"]


def test_the_key_is_asked_of_the_class_itself() -> None:
    class Keyed(DoneOtherwise):
        @property
        def key(self) -> str:
            return str(self.outcome)

    assert partition_key(Keyed) == {"key": "outcome"}
    assert partition_key(DoneOtherwise) == {"key": "thing_id"}


def test_what_was_just_written_is_as_it_should_be(folder: Path) -> None:
    assert review(folder, files_of(Done)).ok
    assert (folder / "asyncapi.yaml").exists()
    assert (folder / "openapi" / "registry.json").exists()
    assert json.loads((folder / FILE).read_text())["title"] == "Done"


def test_a_file_changed_by_hand_is_named(folder: Path) -> None:
    path = folder / "openapi" / "registry.json"
    path.write_text(path.read_text().replace("检索", "查找"))
    assert review(folder, files_of(Done)).different == ["openapi/registry.json"]


def test_a_missing_and_a_leftover_file_are_named(folder: Path) -> None:
    (folder / "asyncapi.yaml").unlink()
    (folder / "openapi" / "treasury.json").write_text("{}")
    found = review(folder, files_of(Done))
    assert found.different == ["asyncapi.yaml", "openapi/treasury.json"]


def test_a_breaking_change_of_a_published_version_is_refused_and_writes_nothing(
    folder: Path,
) -> None:
    before = (folder / FILE).read_text()
    found = write(folder, files_of(DoneOtherwise))
    codes = {one.code for one in found.breaking[FILE]}
    assert {"removed-field", "missing-required-field"} <= codes
    assert (folder / FILE).read_text() == before


def test_an_addition_to_a_published_version_is_refused_too(folder: Path) -> None:
    found = write(folder, files_of(DoneWithMore))
    assert [one.code for one in found.breaking[FILE]] == ["changed-in-place"]


def test_an_addition_in_a_new_version_is_written_beside_the_old_one(folder: Path) -> None:
    before = (folder / FILE).read_text()
    files = files_of(DoneSecond)
    assert write(folder, files).breaking == {}
    assert (folder / SECOND).exists()
    assert (folder / FILE).read_text() == before
    assert review(folder, files).ok


def test_a_breaking_change_is_refused_in_a_new_version_too(folder: Path) -> None:
    found = write(folder, files_of(DoneOtherwiseSecond))
    assert "removed-field" in {one.code for one in found.breaking[FILE]}
    assert not (folder / SECOND).exists()


def test_a_new_version_is_measured_against_every_older_one(folder: Path) -> None:
    """FULL_TRANSITIVE: readable beside version 2 is not enough."""
    write(folder, files_of(DoneOtherwiseSecond), unreleased=True)
    assert set(review(folder, files_of(DoneOtherwiseSecond)).breaking) == {FILE}


def test_the_file_of_an_older_version_may_not_be_lost(folder: Path) -> None:
    write(folder, files_of(DoneSecond))
    (folder / FILE).unlink()
    found = review(folder, files_of(DoneSecond))
    assert [one.code for one in found.breaking[SECOND]] == ["older-version-missing"]


def test_a_published_event_may_not_disappear_nor_its_version_go_back(folder: Path) -> None:
    assert [one.code for one in review(folder, files_of()).breaking[FILE]] == ["removed-event"]
    write(folder, files_of(DoneSecond))
    assert "removed-version" in {
        one.code for one in review(folder, files_of(Done)).breaking[SECOND]
    }


def test_what_was_never_released_may_be_overwritten_on_demand(folder: Path) -> None:
    write(folder, files_of(DoneOtherwise), unreleased=True)
    assert review(folder, files_of(DoneOtherwise)).ok
    write(folder, files_of(), unreleased=True)
    assert not (folder / FILE).exists()


def test_one_service_alone_leaves_the_others_files_alone(folder: Path) -> None:
    other = folder / "events" / "funding" / "cn.liandong.funding.payment.made.v1.json"
    other.parent.mkdir()
    other.write_text("{}")
    alone = generate([dataclasses.replace(SMALL, events=[Done])], overview=False)
    assert review(folder, alone).ok
    assert "asyncapi.yaml" not in alone


def test_the_command_writes_then_finds_nothing_to_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["--folder", str(tmp_path), "--service", "registry"]
    assert command.main(["check", *told]) == 1
    assert "不一致：openapi/registry.json" in capsys.readouterr().err
    assert command.main(["write", *told]) == 0
    assert command.main(["check", *told]) == 0


def test_the_command_says_what_would_break_and_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ["--folder", str(tmp_path), "--service", "registry"]

    def publishing(event: type[Event]) -> None:
        monkeypatch.setattr("registry.app.DEFINITION", dataclasses.replace(SMALL, events=[event]))

    publishing(Done)
    assert command.main(["write", *told]) == 0
    publishing(DoneOtherwise)
    assert command.main(["check", *told]) == 1
    assert command.main(["write", *told]) == 1
    error = capsys.readouterr().err
    assert "不兼容" in error
    assert "--unreleased" in error
    assert command.main(["write", *told, "--unreleased"]) == 0


def test_a_service_that_is_not_installed_is_said_by_name() -> None:
    with pytest.raises(ServiceMissing, match="treasury"):
        definition_of("treasury")
    assert installed(["treasury", "registry"]) == [DEFINITION]
