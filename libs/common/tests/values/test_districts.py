from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from liandong.values.districts import (
    District,
    DistrictCode,
    DistrictTree,
    UnknownDistrict,
    districts,
    subtree_prefix,
)

CODE = TypeAdapter[str](DistrictCode)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("100000", ""),
        ("100000000000", ""),
        ("340000", "34"),
        ("340000000000", "34"),
        ("340100", "3401"),
        ("340100000", "3401"),
        ("340103", "340103"),
        ("340103000", "340103"),
        ("340103000000", "340103"),
        ("340103001", "340103001"),
        ("340103001000", "340103001"),
        ("340103001001", "340103001001"),
        ("340103010", "340103010"),
        ("340103100000", "340103100"),
        ("659010", "659010"),
        ("419000", "4190"),
        ("441900003000", "441900003"),
    ],
)
def test_the_prefix_of_a_subtree_follows_the_level(code: str, prefix: str) -> None:
    assert subtree_prefix(code) == prefix


@pytest.mark.parametrize("code", ["", "34", "3401031", "34010A", "３４０１０３", "340103\n"])
def test_what_is_not_a_code_has_no_subtree(code: str) -> None:
    with pytest.raises(UnknownDistrict, match="6位、9位或12位"):
        subtree_prefix(code)


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("100000", ["100000"]),
        ("340000", ["340000", "100000"]),
        ("340100", ["340100", "340000", "100000"]),
        ("340103", ["340103", "340100", "340000", "100000"]),
        ("340103001", ["340103001", "340103", "340100", "340000", "100000"]),
        (
            "340103001001",
            ["340103001001", "340103001", "340103", "340100", "340000", "100000"],
        ),
        ("340103001000", ["340103001000", "340103001", "340103", "340100", "340000", "100000"]),
        ("340103000000", ["340103000000", "340103", "340100", "340000", "100000"]),
        ("340100000000", ["340100000000", "340100", "340000", "100000"]),
        ("441900003", ["441900003", "441900", "440000", "100000"]),
        ("110101", ["110101", "110100", "110000", "100000"]),
    ],
)
def test_the_ancestors_are_listed_nearest_first(code: str, chain: list[str]) -> None:
    assert list(districts().ancestors(code)) == chain


def test_a_code_without_a_known_county_has_no_ancestors() -> None:
    with pytest.raises(UnknownDistrict, match="999999"):
        districts().ancestors("999999001001")


@pytest.mark.parametrize(
    ("code", "area", "within"),
    [
        ("340103", "100000", True),
        ("340103", "340000", True),
        ("340103", "340100", True),
        ("340103", "340103", True),
        ("340103", "340103000000", True),
        ("340103001001", "340103", True),
        ("340103001001", "340103001", True),
        ("340103001001", "340103001000", True),
        ("340103", "340104", False),
        ("340103", "340200", False),
        ("340100", "340103", False),
        ("100000", "340000", False),
        ("340103001", "340103001001", False),
    ],
)
def test_a_division_lies_within_what_contains_it(code: str, area: str, within: bool) -> None:
    assert districts().is_within(code, area) is within


@pytest.mark.parametrize("code", ["340103", "110101", "419001", "441900003", "340103001001"])
def test_a_division_lies_within_each_of_its_ancestors(code: str) -> None:
    assert all(districts().is_within(code, above) for above in districts().ancestors(code))


def test_a_dissolved_district_keeps_its_name_and_its_end() -> None:
    chongwen = districts().get("110103")
    assert (chongwen.name, chongwen.valid_to) == ("崇文区", date(2010, 10, 31))


def test_a_dissolved_district_is_found_on_a_day_of_its_time_only() -> None:
    assert districts().name("110103", date(2010, 1, 1)) == "崇文区"
    with pytest.raises(UnknownDistrict, match="110103在2011-01-01不存在"):
        districts().get("110103", date(2011, 1, 1))


def test_a_renamed_district_answers_with_the_name_of_the_day() -> None:
    assert districts().name("340111", date(2001, 6, 1)) == "郊区"
    assert districts().name("340111", date(2019, 6, 1)) == "包河区"
    assert districts().name("340111") == "包河区"


def test_a_new_district_does_not_exist_before() -> None:
    with pytest.raises(UnknownDistrict):
        districts().get("340705", date(2015, 6, 30))
    assert districts().name("340705", date(2016, 1, 1)) == "铜官区"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("100000", "全国"),
        ("340000", "安徽省"),
        ("340100", "安徽省合肥市"),
        ("340103", "安徽省合肥市庐阳区"),
        ("340103001001", "安徽省合肥市庐阳区"),
        ("110101", "北京市东城区"),
        ("419001", "河南省济源市"),
        ("441900", "广东省东莞市"),
        ("430211", "湖南省株洲市天元区"),
        ("341300", "安徽省宿州市"),
        ("710000", "台湾省"),
        ("110100", "北京市"),
        ("419000", "河南省"),
    ],
)
def test_the_full_name_reads_from_the_province_down(code: str, name: str) -> None:
    assert districts().full_name(code) == name


def test_the_full_name_of_a_former_county_is_that_of_its_time() -> None:
    assert districts().full_name("340225", date(2015, 1, 1)) == "安徽省芜湖市无为县"


def test_the_country_has_thirty_four_provinces() -> None:
    assert len(districts().children("100000")) == 34


def test_the_children_of_a_province_are_its_cities_of_now() -> None:
    codes = [child.code for child in districts().children("340000")]
    assert len(codes) == 16
    assert codes == sorted(codes)


def test_the_children_of_a_city_change_with_the_day() -> None:
    then = {child.name for child in districts().children("340700", date(2015, 1, 1))}
    now = {child.name for child in districts().children("340700")}
    assert "铜官山区" in then - now
    assert "铜官区" in now - then


@pytest.mark.parametrize("code", ["340103", "340103001", "441900"])
def test_nothing_below_a_county_is_shipped(code: str) -> None:
    assert districts().children(code) == ()


def test_a_code_is_known_by_its_county() -> None:
    tree = districts()
    assert tree.is_known("340103001001")
    assert tree.is_known("110103")
    assert not tree.is_known("340199001001")
    assert not tree.is_known("3401")


def test_every_division_of_now_has_known_ancestors() -> None:
    tree = districts()
    for province in tree.children("100000"):
        for city in tree.children(province.code):
            for county in tree.children(city.code):
                assert all(tree.is_known(above) for above in tree.ancestors(county.code))


def test_a_tree_can_be_made_of_a_few_rows() -> None:
    tree = DistrictTree([District("100000", "全国"), District("340000", "安徽省")])
    assert [child.name for child in tree.children("100000")] == ["安徽省"]


def test_the_divisions_are_read_once() -> None:
    assert districts() is districts()


@pytest.mark.parametrize("code", ["100000", "340103", "340103001", "340103001001", "110103"])
def test_the_field_type_accepts_a_known_code_of_any_length_and_time(code: str) -> None:
    assert CODE.validate_python(code) == code


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("3401", "行政区划代码应为6位、9位或12位数字"), ("990101", "没有代码为990101的行政区划")],
)
def test_the_field_type_explains_in_chinese(code: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CODE.validate_python(code)
    assert [e["msg"] for e in refused.value.errors()] == [sentence]


def test_the_json_schema_has_the_pattern() -> None:
    assert CODE.json_schema()["pattern"] == "^(?:[0-9]{6}|[0-9]{9}|[0-9]{12})$"
    assert CODE.json_schema()["description"]
