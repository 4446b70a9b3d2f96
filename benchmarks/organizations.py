"""Organisations to work with, and the requests that register them."""

from collections.abc import Iterator
from itertools import count

from benchmarks.load import Plan, measure, post
from benchmarks.servers import Stage
from liandong.embedded.program import Program
from liandong.values.credit_code import make

DISTRICT = "340103"


def numbers() -> Iterator[int]:
    """Numbers of organisations, each once in a run."""
    return count(1)


def code(number: int) -> str:
    return make("52", DISTRICT, f"XN{number:06}")


def registration(number: int) -> dict[str, object]:
    """The body of a registration with every field filled in."""
    return {
        "kind": "service_institution",
        "name": f"合肥市庐阳区阳光社会工作服务中心第{number}分中心",
        "credit_code": code(number),
        "district": DISTRICT,
        "address": "安徽省合肥市庐阳区逍遥津街道县桥社区寿春路一百号二楼",
        "service_field": "社会工作",
        "is_community": False,
        "is_hub": False,
        "purpose": "服务社区居民，促进邻里互助",
        "business_scope": "社会工作服务、社区养老服务、志愿服务培训",
        "activity_area": "安徽省合肥市庐阳区",
        "funds_fen": 3_000_000,
        "supervisor": "合肥市庐阳区教育局",
        "certificate_from": "2018-05-04",
        "certificate_until": "2022-05-03",
        "registered_on": "2018-05-04",
        "legal_representative": "王小明",
        "phone": "13805510000",
    }


def registrations(stage: Stage, wanted: list[int]) -> list[str]:
    """The requests of a clerk, each with an idempotency key of its own."""
    clerk = stage.bearer("clerk-1", "clerk")
    return [
        post(
            "/v1/organizations",
            registration(number),
            authorization=clerk,
            idempotency_key=f"registration-{number}",
        )
        for number in wanted
    ]


async def register(stage: Stage, registry: Program, wanted: list[int]) -> None:
    """Registers the organisations over HTTP."""
    requests = registrations(stage, wanted)
    await measure(stage, Plan(registry.port, requests, status=201))
