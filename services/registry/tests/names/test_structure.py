"""Composition of names (社会组织名称管理办法 arts. 1-8), without a database."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from registry.names.rules import NameRules
from registry.names.structure import NameParts, divisions_of, findings
from registry.organizations.domain import Kind
from services.registry.tests.shipped import NAME_RULES as RULES

LUYANG, HEFEI, MINISTRY = "340103", "340100", "100000"

CENTRE = NameParts(division="合肥市庐阳区", trade_name="阳光", field="社会工作服务", form="中心")
ASSOCIATION = NameParts(division="合肥市", field="养老服务业", form="协会")
CHAMBER = NameParts(division="合肥市", origin="温州", form="商会")
FOUNDATION = NameParts(division="安徽省", trade_name="春晖", field="教育", form="基金会")


def wrong(
    parts: NameParts, kind: Kind = Kind.SERVICE_INSTITUTION, district: str = LUYANG
) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in findings(parts, kind, district, RULES)]


@pytest.mark.parametrize(
    ("parts", "kind", "district", "full"),
    [
        (CENTRE, Kind.SERVICE_INSTITUTION, LUYANG, "合肥市庐阳区阳光社会工作服务中心"),
        (ASSOCIATION, Kind.ASSOCIATION, HEFEI, "合肥市养老服务业协会"),
        (CHAMBER, Kind.ASSOCIATION, HEFEI, "合肥市温州商会"),
        (FOUNDATION, Kind.FOUNDATION, "340000", "安徽省春晖教育基金会"),
        (
            NameParts(field="复合材料工业", form="协会"),
            Kind.ASSOCIATION,
            MINISTRY,
            "复合材料工业协会",
        ),
        (
            NameParts(division="合肥市庐阳区", place="逍遥津街道", field="老年书画", form="社"),
            Kind.COMMUNITY_GROUP,
            "340103001",
            "合肥市庐阳区逍遥津街道老年书画社",
        ),
    ],
)
def test_names_of_every_type_are_put_together_from_their_parts(
    parts: NameParts, kind: Kind, district: str, full: str
) -> None:
    assert wrong(parts, kind, district) == []
    assert parts.full == full


def test_the_division_is_that_of_the_registering_authority() -> None:
    assert wrong(replace(CENTRE, division="铜陵市铜官区")) == [("/division", "wrong-division")]
    assert wrong(replace(CENTRE, division="安徽省合肥市庐阳区")) == []
    assert wrong(replace(CENTRE, division="")) == [("/division", "wrong-division")]


def test_an_urban_district_stands_behind_its_city_and_a_county_may_stand_alone() -> None:
    assert wrong(replace(CENTRE, division="庐阳区")) == [("/division", "wrong-division")]
    assert wrong(replace(CENTRE, division="庐江县"), district="340124") == []
    assert "庐阳区" in divisions_of(LUYANG, urban_district_needs_city=False)


@pytest.mark.parametrize(
    ("district", "written"),
    [
        ("340103", ("合肥市庐阳区", "安徽省合肥市庐阳区")),
        ("340124", ("庐江县", "合肥市庐江县", "安徽省合肥市庐江县")),
        ("340100", ("合肥市", "安徽省合肥市")),
        ("110101", ("北京市东城区",)),
        ("110100", ("北京市",)),
        ("429004", ("仙桃市", "湖北省仙桃市")),
        ("340103001", ("合肥市庐阳区", "安徽省合肥市庐阳区")),
        ("100000", ("",)),
    ],
)
def test_a_division_is_written_as_on_the_map(district: str, written: tuple[str, ...]) -> None:
    assert divisions_of(district, urban_district_needs_city=True) == written


def test_a_body_of_the_ministry_carries_no_division() -> None:
    parts = NameParts(division="北京市", field="复合材料工业", form="协会")
    assert wrong(parts, Kind.ASSOCIATION, MINISTRY) == [("/division", "wrong-division")]


def test_a_service_institution_needs_a_trade_name_of_two_signs() -> None:
    assert wrong(replace(CENTRE, trade_name="")) == [("/trade_name", "trade-name-missing")]
    assert wrong(replace(CENTRE, trade_name="阳")) == [("/trade_name", "trade-name-too-short")]


def test_an_association_has_no_trade_name() -> None:
    parts = replace(ASSOCIATION, trade_name="阳光")
    assert wrong(parts, Kind.ASSOCIATION, HEFEI) == [("/trade_name", "trade-name-not-allowed")]


def test_the_form_fits_the_type() -> None:
    assert wrong(replace(CENTRE, form="协会")) == [("/form", "wrong-form")]
    assert wrong(replace(ASSOCIATION, form="中心"), Kind.ASSOCIATION, HEFEI) == [
        ("/form", "wrong-form")
    ]
    assert wrong(replace(FOUNDATION, field="教育基金会"), Kind.FOUNDATION, "340000") == [
        ("/field", "form-in-core")
    ]


def test_a_name_without_a_field_is_refused() -> None:
    assert wrong(replace(CENTRE, field="")) == [("/field", "field-missing")]


def test_only_a_chamber_names_a_place_of_origin_and_then_no_field() -> None:
    assert wrong(replace(CENTRE, origin="温州")) == [("/origin", "origin-not-allowed")]
    both = replace(CHAMBER, field="餐饮")
    assert wrong(both, Kind.ASSOCIATION, HEFEI) == [("/origin", "origin-and-field")]
    nowhere = replace(CHAMBER, origin="无此地")
    assert wrong(nowhere, Kind.ASSOCIATION, HEFEI) == [("/origin", "unknown-origin")]


def test_another_division_has_no_place_in_a_name_and_its_own_stands_once() -> None:
    assert wrong(replace(CENTRE, trade_name="上海市明珠")) == [("/trade_name", "division-in-name")]
    assert wrong(replace(CENTRE, field="庐江县社会工作")) == [("/field", "division-in-name")]
    assert wrong(replace(CENTRE, field="合肥市庐阳区社会工作")) == [
        ("/field", "division-in-name"),
        ("/field", "division-in-name"),
    ]


@pytest.mark.parametrize(
    ("trade_name", "code"),
    [
        ("中华阳光", "national-word"),
        ("环球国际", "international-word"),
        ("人民政府", "state-organ"),
        ("法轮", "banned-body"),
        ("天下第一", "misleading"),
        ("阳光分会", "branch-word"),
    ],
)
def test_forbidden_words_are_named_with_their_reason(trade_name: str, code: str) -> None:
    assert ("/trade_name", code) in wrong(replace(CENTRE, trade_name=trade_name))


def test_a_body_of_the_ministry_may_be_national() -> None:
    parts = NameParts(field="中国复合材料工业", form="协会")
    assert wrong(parts, Kind.ASSOCIATION, MINISTRY) == []


@pytest.mark.parametrize(
    ("trade_name", "what"),
    [
        ("阳光😀", "表情或其他符号"),
        ("阳\u200b光", "不可见字符"),
        ("阳光ABC", "外文字母"),
        ("阳光２", "数字"),
        ("阳 光", "空格"),
        ("阳光！", "标点符号"),
        ("阳光\u202e", "不可见字符"),
    ],
)
def test_only_chinese_characters_make_a_name(trade_name: str, what: str) -> None:
    [finding] = findings(
        replace(CENTRE, trade_name=trade_name), Kind.SERVICE_INSTITUTION, LUYANG, RULES
    )
    assert finding.code == "wrong-sign"
    assert what in finding.message


def test_a_name_does_not_grow_without_end() -> None:
    assert wrong(replace(CENTRE, field="养" * 60)) == [("/field", "name-too-long")]


def test_a_foundation_without_a_form_is_told_of_that_alone() -> None:
    assert wrong(replace(FOUNDATION, form=""), Kind.FOUNDATION, "340000") == [
        ("/form", "wrong-form")
    ]


@pytest.mark.parametrize(
    "slip",
    [
        {"ended_names_kept_months": 100_000},
        {"reservation_days": 10_000_000},
        {"extension_days": 10_000_000},
        {"extensions_max": 10_000},
    ],
)
def test_a_local_rule_with_a_slip_of_the_keyboard_is_refused(slip: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        NameRules.model_validate(RULES.model_dump() | slip)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    parts = NameParts(division="铜陵市", trade_name="国际", field="", form="公司")
    assert {code for _, code in wrong(parts)} == {
        "wrong-division",
        "international-word",
        "field-missing",
        "wrong-form",
    }
