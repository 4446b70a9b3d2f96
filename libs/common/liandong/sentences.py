"""What pydantic finds wrong, as a Chinese sentence without the value, which may be personal."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "missing": "此项必填",
    "extra_forbidden": "不应有此项",
    "string_type": "应为文本",
    "string_too_short": "不得少于 {min_length} 个字",
    "string_too_long": "不得超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不符合要求",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数值过大",
    "int_from_float": "应为整数",
    "finite_number": "应为有限的数字",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_places": "小数不得超过 {decimal_places} 位",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "date_type": "应为日期，例如 2026-03-01",
    "date_parsing": "应为日期，例如 2026-03-01",
    "date_from_datetime_parsing": "应为日期，例如 2026-03-01",
    "date_from_datetime_inexact": "应为日期，例如 2026-03-01",
    "date_past": "应早于今天",
    "date_future": "应晚于今天",
    "datetime_type": "应为时间，例如 2026-03-01T08:00:00Z",
    "datetime_parsing": "应为时间，例如 2026-03-01T08:00:00Z",
    "datetime_from_date_parsing": "应为时间，例如 2026-03-01T08:00:00Z",
    "timezone_aware": "时间应注明时区",
    "enum": "不在可选值之内（{expected}）",
    "literal_error": "不在可选值之内（{expected}）",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "不得少于 {min_length} 项",
    "too_long": "不得超过 {max_length} 项",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "model_type": "应为对象",
    "json_invalid": "不是有效的 JSON",
}
_ELSE = "内容不符合要求"


def sentence(error: Mapping[str, Any]) -> str:
    """One of ``ValidationError.errors()`` in Chinese."""
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] in ("value_error", "assertion_error"):
        own = str(context.get("error", ""))
        return _ELSE if own.isascii() else own
    if known := _SENTENCES.get(error["type"]):
        return known.format_map(_Words(context))
    # The platform's own checks (values.validation.explained) speak Chinese already.
    return _ELSE if error["msg"].isascii() else error["msg"]


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).replace(" or ", "、").replace("'", "")
