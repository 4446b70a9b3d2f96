import pytest

from liandong.values import masking


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0551-6281234", "055****1234"),
        ("62812345", "****2345"),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_a_telephone_number_keeps_its_ends(number: str, shown: str) -> None:
    assert masking.mask_mobile(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("340103199001010012", "3401************12"),
        ("340103900101001", "3401*********01"),
        ("E12345678", "*********"),
        ("", ""),
    ],
)
def test_an_id_number_keeps_four_and_two_signs(number: str, shown: str) -> None:
    assert masking.mask_id_number(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张三丰", "张*"), ("阿卜杜拉·买买提", "阿*"), ("张", "*"), ("", "")],
)
def test_a_name_keeps_its_first_sign(name: str, shown: str) -> None:
    assert masking.mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("6222 0213 0101 2346789", "****6789"), ("1234567", "****"), ("", "")],
)
def test_a_bank_account_keeps_its_last_four_digits(number: str, shown: str) -> None:
    assert masking.mask_bank_account(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("安徽省合肥市庐阳区逍遥津街道寿春路1号", "安徽省合肥市庐阳区逍遥津街道****"),
        ("江西省景德镇市珠山区新厂街道12号", "江西省景德镇市珠山区新厂街道****"),
        ("河南省新乡市红旗区和平大道3号", "河南省新乡市红旗区和平大道****"),
        ("安徽省长丰县水湖镇城市花园2栋", "安徽省长丰县水湖镇****"),
        ("江苏省镇江市京口区", "江苏省镇江市京口区****"),
        ("合肥市庐阳区某某小区3栋", "合肥市庐阳区****"),
        ("长江中路100号", "长江中路****"),
        ("某某小区3栋", "****"),
        ("", ""),
    ],
)
def test_an_address_is_cut_at_the_street(address: str, shown: str) -> None:
    assert masking.mask_address(address) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhangsan@example.cn", "z***@example.cn"),
        ("z@example.cn", "***@example.cn"),
        ("no address", "***"),
        ("", ""),
    ],
)
def test_an_email_keeps_its_first_letter_and_domain(address: str, shown: str) -> None:
    assert masking.mask_email(address) == shown
