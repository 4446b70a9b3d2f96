"""Requests of Kafka's protocol that aiokafka lacks: SCRAM credentials and quotas.

Fields as in Kafka's message definitions (``AlterUserScramCredentialsRequest.json`` and its
neighbours), version 0 of each, which Kafka 2.7 to 4 understand.
"""

# aiokafka declares the numbers of a response as properties and gives them as plain values.
# pyright: reportAssignmentType=false, reportIncompatibleMethodOverride=false

from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Array,
    Boolean,
    CompactArray,
    CompactBytes,
    CompactString,
    Float64,
    Int8,
    Int16,
    Int32,
    Schema,
    String,
    TaggedFields,
)

_TAGS = ("tags", TaggedFields)
_COMPACT = CompactString("utf-8")
_TEXT = String("utf-8")


class DescribeScramResponse(Response):
    API_KEY = 50
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _COMPACT),
        (
            "results",
            CompactArray(
                ("user", _COMPACT),
                ("error_code", Int16),
                ("error_message", _COMPACT),
                ("credentials", CompactArray(("mechanism", Int8), ("iterations", Int32), _TAGS)),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class DescribeScramStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 50
    API_VERSION = 0
    RESPONSE_TYPE = DescribeScramResponse
    SCHEMA = Schema(("users", CompactArray(("name", _COMPACT), _TAGS)), _TAGS)


class DescribeScram(Request[DescribeScramStruct]):
    """The mechanisms of every user."""

    API_KEY = 50

    def build(self, request_struct_class: type[DescribeScramStruct]) -> DescribeScramStruct:
        return request_struct_class(None, {})


class AlterScramResponse(Response):
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", _COMPACT), ("error_code", Int16), ("error_message", _COMPACT), _TAGS
            ),
        ),
        _TAGS,
    )


class AlterScramStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = AlterScramResponse
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", _COMPACT), ("mechanism", Int8), _TAGS)),
        (
            "upsertions",
            CompactArray(
                ("name", _COMPACT),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class AlterScram(Request[AlterScramStruct]):
    """``deletions``: (user, mechanism); ``upsertions``: (user, mechanism, iterations, salt,
    salted password)."""

    API_KEY = 51

    def __init__(
        self, deletions: list[tuple[Any, ...]] | None = None,
        upsertions: list[tuple[Any, ...]] | None = None,
    ) -> None:  # fmt: skip
        self._deletions = [(*one, {}) for one in deletions or ()]
        self._upsertions = [(*one, {}) for one in upsertions or ()]

    def build(self, request_struct_class: type[AlterScramStruct]) -> AlterScramStruct:
        return request_struct_class(self._deletions, self._upsertions, {})


_ENTITY = Array(("entity_type", _TEXT), ("entity_name", _TEXT))


class DescribeQuotasResponse(Response):
    API_KEY = 48
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _TEXT),
        (
            "entries",
            Array(("entity", _ENTITY), ("values", Array(("key", _TEXT), ("value", Float64)))),
        ),
    )


class DescribeQuotasStruct(RequestStruct):
    API_KEY = 48
    API_VERSION = 0
    RESPONSE_TYPE = DescribeQuotasResponse
    SCHEMA = Schema(
        ("components", Array(("entity_type", _TEXT), ("match_type", Int8), ("match", _TEXT))),
        ("strict", Boolean),
    )


class DescribeQuotas(Request[DescribeQuotasStruct]):
    """The limits of every user as such (not of a user with a client id)."""

    API_KEY = 48

    def build(self, request_struct_class: type[DescribeQuotasStruct]) -> DescribeQuotasStruct:
        any_specified = 2
        return request_struct_class([("user", any_specified, None)], True)


class AlterQuotasResponse(Response):
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", _TEXT), ("entity", _ENTITY))),
    )


class AlterQuotasStruct(RequestStruct):
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = AlterQuotasResponse
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ("entity", _ENTITY),
                ("ops", Array(("key", _TEXT), ("value", Float64), ("remove", Boolean))),
            ),
        ),
        ("validate_only", Boolean),
    )


class AlterQuotas(Request[AlterQuotasStruct]):
    """Sets the limits of one user; None takes a limit away."""

    API_KEY = 49

    def __init__(self, user: str, limits: dict[str, float | None]) -> None:
        ops = [(name, value or 0.0, value is None) for name, value in sorted(limits.items())]
        self._entries = [([("user", user)], ops)]

    def build(self, request_struct_class: type[AlterQuotasStruct]) -> AlterQuotasStruct:
        return request_struct_class(self._entries, False)
