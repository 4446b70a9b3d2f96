from random import Random

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from liandong.values import credit_code
from liandong.values.credit_code import CreditCode, InvalidCreditCode, SocialOrganizationCode

SOCIAL = [
    "53100000500019795A",
    "53100000500021676K",
    "51100000500009247D",
    "51310110501144395U",
    "52110000MJ0163191U",
    "52440300MJL186084F",
    "513401000000001660",
]
OTHER = ["11622700013944908W", "91350100M000100Y43"]
ANY = TypeAdapter[str](CreditCode)
SOCIAL_ONLY = TypeAdapter[str](SocialOrganizationCode)


@pytest.mark.parametrize("code", SOCIAL + OTHER)
def test_a_code_with_both_check_signs_right_is_accepted(code: str) -> None:
    assert credit_code.parse(code) == code


@pytest.mark.parametrize("code", SOCIAL)
def test_a_social_organisation_is_recognised(code: str) -> None:
    assert credit_code.parse_social_organization(code) == code


@pytest.mark.parametrize("code", OTHER)
def test_a_government_organ_or_an_enterprise_is_no_social_organisation(code: str) -> None:
    with pytest.raises(InvalidCreditCode) as refused:
        credit_code.parse_social_organization(code)
    assert refused.value.code == "not-social-organization"
    assert credit_code.kind(code) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y433", "length"),
        ("91350100M000100Y4Z", "alphabet"),
        ("9135O100M000100Y43", "alphabet"),
        ("9135A100M000100Y43", "alphabet"),
        ("52110000MJ0163I91U", "alphabet"),
        ("91350100M000100Y44", "check-digit"),
        ("51100000500000024G", "check-digit"),
        ("534403005026799012", "check-digit"),
        ("531000005000074012", "check-digit"),
    ],
)
def test_a_wrong_code_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(InvalidCreditCode) as refused:
        credit_code.parse(text)
    assert refused.value.code == code


def test_the_organisation_code_inside_is_checked_even_when_the_last_sign_is_right() -> None:
    head = "53100000500019796"
    with pytest.raises(InvalidCreditCode) as refused:
        credit_code.parse(head + credit_code.uscc.calc_check_digit(head))
    assert refused.value.code == "organisation-code-check"
    assert "第17位" in str(refused.value)


def test_full_width_lower_case_and_spaced_text_is_normalised() -> None:
    assert credit_code.parse(" 52110000 ｍｊ０１６３１９１u\u3000") == "52110000MJ0163191U"


def test_the_letter_o_never_becomes_a_zero() -> None:
    assert credit_code.normalize("5211O000") == "5211O000"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("51100000500009247D", "association"),
        ("52110000MJ0163191U", "service_institution"),
        ("53100000500019795A", "foundation"),
    ],
)
def test_the_class_tells_the_kind_of_organisation(code: str, kind: str) -> None:
    assert credit_code.kind(code) == kind


def test_the_issuing_district_is_read_from_the_code() -> None:
    assert credit_code.issuing_district("51310110501144395U") == "310110"


@pytest.mark.parametrize("serial", range(60))
def test_a_made_code_is_valid_and_shows_that_it_is_invented(serial: int) -> None:
    code = credit_code.make("52", "340103", f"XN{serial:06d}")
    assert credit_code.parse_social_organization(code) == code
    assert credit_code.is_synthetic(code)


def test_made_codes_meet_every_special_check_sign() -> None:
    codes = [credit_code.make("51", "340100", f"XN{n:06d}") for n in range(400)]
    assert {"0", "X"} <= {code[16] for code in codes}
    assert "0" in {code[17] for code in codes}


@pytest.mark.parametrize("subject", ["MJ016319", "XN00001", "XN00000O", "xn000001"])
def test_a_subject_that_is_not_plainly_synthetic_is_not_made(subject: str) -> None:
    with pytest.raises(ValueError, match="XN"):
        credit_code.make("52", "340103", subject)


def test_a_real_code_is_not_synthetic() -> None:
    assert not credit_code.is_synthetic("52110000MJ0163191U")


def test_the_field_type_normalises() -> None:
    assert ANY.validate_python("91350100m000100y43") == "91350100M000100Y43"


def test_the_field_type_explains_in_chinese_without_a_prefix() -> None:
    with pytest.raises(ValidationError) as refused:
        SOCIAL_ONLY.validate_python("91350100M000100Y43")
    (error,) = refused.value.errors()
    assert error["type"] == "credit-code.not-social-organization"
    assert error["msg"].startswith("该代码不是社会组织")


def test_the_json_schema_has_pattern_and_description() -> None:
    schema = SOCIAL_ONLY.json_schema()
    assert schema["pattern"] == credit_code.SOCIAL_ORGANIZATION_PATTERN
    assert "统一社会信用代码" in schema["description"]
    assert ANY.json_schema()["pattern"] == credit_code.PATTERN


def test_the_description_reaches_the_schema_of_a_model() -> None:
    class Organization(BaseModel):
        code: SocialOrganizationCode

    assert "统一社会信用代码" in str(Organization.model_json_schema()["properties"]["code"])


def test_the_quick_look_says_what_the_whole_examination_says() -> None:
    dice = Random(1)
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    told = {True: 0, False: 0}
    for _ in range(3000):
        code = list(dice.choice(SOCIAL + OTHER))
        for _ in range(dice.choice([0, 1, 1, 2])):
            code[dice.randrange(18)] = dice.choice(signs)
        text = "".join(code)
        try:
            whole = credit_code.parse(text) == text
        except InvalidCreditCode:
            whole = False
        assert credit_code.holds(text) == whole, text
        told[whole] += 1
    assert min(told.values()) > 100


@pytest.mark.parametrize(
    "text", ["", "ß" * 18, "52110000mj0163191u", SOCIAL[0] + "\n", "\ud800" * 18]
)
def test_the_quick_look_bears_any_text(text: str) -> None:
    assert not credit_code.holds(text)
