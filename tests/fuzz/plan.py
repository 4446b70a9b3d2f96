"""How much is tried: a short, repeatable run with every test run; a long, random one on demand."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import hypothesis
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.schemas import APIOperation, BaseSchema

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "build" / "fuzz"

EXAMPLES = int(os.environ.get("LIANDONG_FUZZ_EXAMPLES", "0"))
"""Random requests per operation; 0 chooses the short run."""
LONG = EXAMPLES > 0
SHORT_EXAMPLES = 4
"""Always the same ones: more of them would only try again what the last run tried."""
# In the environment, so that every process of one run draws from the same seed.
SEED = int(os.environ.setdefault("LIANDONG_FUZZ_SEED", str(random.randrange(2**32))))

_SETTINGS = settings(
    max_examples=EXAMPLES if LONG else SHORT_EXAMPLES,
    derandomize=not LONG,
    database=None,
    deadline=None,  # a busy machine is no defect
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


def operations(service: str) -> list[str]:
    """The labels of the operations in the document, such as ``GET /v1/tenders``."""
    document = json.loads(_document(service).read_text())
    return [
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    ]


def published(service: str) -> BaseSchema:
    """The document that integrators are given; a contract test keeps it equal to the code."""
    schema = schemathesis.openapi.from_path(_document(service))
    schema.config.generation.update(with_security_parameters=False)  # the tests sign real tokens
    schema.config.phases.coverage.unexpected_methods = {"put", "delete"}
    if not LONG:  # the coverage phase spoils every part of a request, and does so repeatably
        schema.config.phases.fuzzing.generation.update(modes=["positive"])
    schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
    return schema


def every_case(operation: APIOperation, judge: Callable[[Case], None]) -> Callable[[], None]:
    """A test that has ``judge`` look at the cases of the coverage phase and at random ones.

    Not by the plugin of schemathesis: with this pytest the tests that it makes of one function
    all have the same id, and pytest-xdist runs one of them.
    """

    def test(case: Case) -> None:
        judge(case)

    planned = settings(_SETTINGS)(hypothesis.seed(SEED)(test) if LONG else test)
    modes = [HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
    config = HypothesisTestConfig(project=operation.schema.config, modes=modes)
    return create_test(operation=operation, test_func=planned, config=config)


def _document(service: str) -> Path:
    return ROOT / "contracts" / "openapi" / f"{service}.json"


def how_to_repeat(service: str) -> str:
    """The command that makes the same requests again, in the same order."""
    file = f"tests/fuzz/test_{service.replace('-', '_')}.py"
    chosen = f"LIANDONG_FUZZ_EXAMPLES={EXAMPLES} LIANDONG_FUZZ_SEED={SEED} " if LONG else ""
    return f"{chosen}python -m pytest {file}"
