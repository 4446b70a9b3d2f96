"""Requests of Kafka's protocol that aiokafka lacks: an account's rights, a controller's clock.

Fields as in Kafka's message definitions: ``MetadataRequest.json`` version 8 and
``DescribeGroupsRequest.json`` version 3 (Kafka 2.3 to 4), ``DescribeQuorumRequest.json`` version 1
(Kafka 3.3 and newer, without ZooKeeper).
"""

# aiokafka declares the numbers of a response as properties and gives them as plain values.
# pyright: reportAssignmentType=false, reportIncompatibleMethodOverride=false

from aiokafka.protocol import types as wire
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Schema

_TAGS = ("tags", wire.TaggedFields)
_COMPACT = wire.CompactString("utf-8")
_TEXT = wire.String("utf-8")


class TopicsResponse(Response):
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", wire.Int32),
        (
            "brokers",
            wire.Array(
                ("node", wire.Int32), ("host", _TEXT), ("port", wire.Int32), ("rack", _TEXT)
            ),
        ),
        ("cluster_id", _TEXT),
        ("controller_id", wire.Int32),
        (
            "topics",
            wire.Array(
                ("error_code", wire.Int16),
                ("name", _TEXT),
                ("is_internal", wire.Boolean),
                (
                    "partitions",
                    wire.Array(
                        ("error_code", wire.Int16),
                        ("partition", wire.Int32),
                        ("leader", wire.Int32),
                        ("leader_epoch", wire.Int32),
                        ("replicas", wire.Array(wire.Int32)),
                        ("in_sync", wire.Array(wire.Int32)),
                        ("offline", wire.Array(wire.Int32)),
                    ),
                ),
                ("authorized_operations", wire.Int32),
            ),
        ),
        ("cluster_authorized_operations", wire.Int32),
    )


class TopicsStruct(RequestStruct):
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = TopicsResponse
    SCHEMA = Schema(
        ("topics", wire.Array(_TEXT)),
        ("allow_auto_topic_creation", wire.Boolean),
        ("include_cluster_authorized_operations", wire.Boolean),
        ("include_topic_authorized_operations", wire.Boolean),
    )


class Topics(Request[TopicsStruct]):
    """The topics of these names, none of which is made by being asked for, and what the account
    may do with each (bits, numbered as ``AclOperation``)."""

    API_KEY = 3

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[TopicsStruct]) -> TopicsStruct:
        return request_struct_class(self._names, False, False, True)


class GroupsResponse(Response):
    API_KEY = 15
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", wire.Int32),
        (
            "groups",
            wire.Array(
                ("error_code", wire.Int16),
                ("name", _TEXT),
                ("state", _TEXT),
                ("protocol_type", _TEXT),
                ("protocol", _TEXT),
                (
                    "members",
                    wire.Array(
                        ("member_id", _TEXT),
                        ("client_id", _TEXT),
                        ("client_host", _TEXT),
                        ("metadata", wire.Bytes),
                        ("assignment", wire.Bytes),
                    ),
                ),
                ("authorized_operations", wire.Int32),
            ),
        ),
    )


class GroupsStruct(RequestStruct):
    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = GroupsResponse
    SCHEMA = Schema(("groups", wire.Array(_TEXT)), ("include_authorized_operations", wire.Boolean))


class Groups(Request[GroupsStruct]):
    """One consumer group, and what the account may do with it; to be asked of its coordinator."""

    API_KEY = 15

    def __init__(self, name: str) -> None:
        self._name = name

    def build(self, request_struct_class: type[GroupsStruct]) -> GroupsStruct:
        return request_struct_class([self._name], True)


_REPLICA = (
    ("replica_id", wire.Int32),
    ("log_end_offset", wire.Int64),
    ("last_fetch_ms", wire.Int64),
    ("last_caught_up_ms", wire.Int64),
    _TAGS,
)


class QuorumResponse(Response):
    API_KEY = 55
    API_VERSION = 1
    SCHEMA = Schema(
        ("error_code", wire.Int16),
        (
            "topics",
            wire.CompactArray(
                ("name", _COMPACT),
                (
                    "partitions",
                    wire.CompactArray(
                        ("partition", wire.Int32),
                        ("error_code", wire.Int16),
                        ("leader_id", wire.Int32),
                        ("leader_epoch", wire.Int32),
                        ("high_watermark", wire.Int64),
                        ("voters", wire.CompactArray(*_REPLICA)),
                        ("observers", wire.CompactArray(*_REPLICA)),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class QuorumStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 55
    API_VERSION = 1
    RESPONSE_TYPE = QuorumResponse
    SCHEMA = Schema(
        (
            "topics",
            wire.CompactArray(
                ("name", _COMPACT),
                ("partitions", wire.CompactArray(("partition", wire.Int32), _TAGS)),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class Quorum(Request[QuorumStruct]):
    """The controllers. The active one tells of itself that it is up to date now: by its clock."""

    API_KEY = 55

    def build(self, request_struct_class: type[QuorumStruct]) -> QuorumStruct:
        return request_struct_class([("__cluster_metadata", [(0, {})], {})], {})
