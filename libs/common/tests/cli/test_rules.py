"""Rules from the terminal: what is in force, what differs, whether a new file is right."""

import dataclasses
from pathlib import Path

import pytest
from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject

from .conftest import Terminal


class Award(Parameters):
    amount_fen: int
    steps: dict[str, int] = Field(default_factory=dict)


AWARD = RuleSubject("award", Award, "奖补标准")
COUNTRY = """\
subject: award
jurisdiction: "100000"
version: "2019"
valid_from: 2019-01-01
legal_basis: 全国办法
certainty: verified
parameters: {amount_fen: 100, steps: {"3A": 1, "5A": 3}}
"""
CITY = COUNTRY.replace("100000", "340100").replace("全国办法", "合肥办法").replace("100,", "500,")
OVERRIDE = """
    INSERT INTO backbone.rule_set_override (id, subject, jurisdiction, version, valid_from,
        parameters, legal_basis, made_by, made_at)
    VALUES (gen_random_uuid(), 'award', '340103', 'local-1', '2026-01-01',
        '{"amount_fen": 700, "steps": {"3A": 1}}', '庐阳区通知', 'admin', now())
"""


@pytest.fixture
def ruled(terminal: Terminal, environment: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    """A registry with one rule: of the country, of Hefei, and a local one of a district."""
    folder = tmp_path / "service" / "awards" / "rule_sets"
    folder.mkdir(parents=True)
    (folder / "award.yaml").write_text(f"{COUNTRY}---\n{CITY}", encoding="utf-8")
    definition = dataclasses.replace(
        terminal.definition, rule_subjects=[AWARD], folder=tmp_path / "service"
    )
    environment.setattr("registry.app.DEFINITION", definition)
    terminal.sql(OVERRIDE)
    return terminal


def _listed(terminal: Terminal, *arguments: str) -> dict[str, object]:
    answer = terminal.run(
        "--json", "--service", "registry", "rules", "list", "--subject", "award", *arguments
    )
    assert answer.code == 0, answer.err
    (rule,) = answer.json["rules"]
    return rule["rule_set"] or {}


@pytest.mark.parametrize(
    ("district", "day", "reference"),
    [
        ("330100", "2026-03-02", "award@100000/2019"),
        ("340104", "2026-03-02", "award@340100/2019"),
        ("340103", "2026-03-02", "award@340103/local-1"),
        ("340103", "2025-03-02", "award@340100/2019"),
    ],
)
def test_the_rule_of_the_nearest_area_is_in_force_local_ones_included(
    ruled: Terminal, district: str, day: str, reference: str
) -> None:
    found = _listed(ruled, "--district", district, "--on", day)
    assert found["reference"] == reference
    assert found["overridden"] is reference.endswith("local-1")


def test_a_day_without_a_rule_is_shown_as_such(ruled: Terminal) -> None:
    assert _listed(ruled, "--district", "340103", "--on", "2018-12-31") == {}
    shown = ruled.run(
        *("--service", "registry", "rules", "list", "--district", "340103", "--on", "2018-12-31")
    )
    assert "没有" in shown.out


def test_two_versions_are_compared_value_by_value(ruled: Terminal) -> None:
    answer = ruled.run(
        *("--json", "--service", "registry", "rules", "diff"),
        *("award@340103/local-1", "award@100000/2019"),
    )
    changed = {one["path"]: (one["before"], one["after"]) for one in answer.json["differences"]}
    assert changed["parameters.amount_fen"] == (100, 700)
    assert changed["parameters.steps.5A"] == (3, None)
    assert "parameters.steps.3A" not in changed


def test_a_local_rule_is_compared_with_what_it_displaces(ruled: Terminal) -> None:
    answer = ruled.run("--service", "registry", "rules", "diff", "award@340103/local-1")
    assert "award@340100/2019 → award@340103/local-1" in answer.out


def test_a_reference_nobody_knows_is_one_sentence(ruled: Terminal) -> None:
    answer = ruled.run("--service", "registry", "rules", "diff", "award@340103/none")
    assert answer.code == 2
    assert "没有规则 award@340103/none" in answer.err


def test_a_good_file_satisfies_its_model(ruled: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(CITY.replace("2019", "2027"), encoding="utf-8")
    answer = ruled.run("--json", "--service", "registry", "rules", "check", str(file))
    assert (answer.code, answer.json["ok"]) == (0, True)


def test_a_file_with_a_slip_of_the_pen_is_told_where(ruled: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(
        "---\n".join([CITY.replace("amount_fen", "amout_fen"), CITY.replace(": award", ": x")]),
        encoding="utf-8",
    )
    answer = ruled.run("--json", "--service", "registry", "rules", "check", str(file))
    assert answer.code == 1
    first, second = answer.json["documents"]
    assert any("amout_fen" in error for error in first["errors"])
    assert second["errors"] == ["没有规则 x"]


def test_what_is_no_yaml_is_one_sentence(ruled: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text("a: [", encoding="utf-8")
    answer = ruled.run("--service", "registry", "rules", "check", str(file))
    assert answer.code == 2
    assert "不是 YAML" in answer.err


def test_a_district_that_never_was_is_one_sentence(ruled: Terminal) -> None:
    answer = ruled.run("--service", "registry", "rules", "list", "--district", "999999")
    assert (answer.code, answer.err) == (2, "错误：没有代码为999999的行政区划\n")
