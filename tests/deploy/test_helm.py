"""deploy/helm/liandong: what it makes of each example is valid, closed, and what the code reads."""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from liandong import metrics
from liandong.process import GRACE_SECONDS
from liandong.settings import SERVICES, Settings
from liandong.transports.kafka import LONGEST_STOP_SECONDS
from tests.deploy.chart import CHART, EXAMPLES, Manifest, Refused, lint, render, tools
from tools.observability.dashboards.parts import RUNBOOK_ADDRESS
from tools.observability.rules import RUNBOOKS, rule_file

OLDEST, NEWEST = "1.29", "1.37"
"""Of Kubernetes: the chart's ``kubeVersion`` and the newest whose schemas are at hand."""

OPERATORS = {"ServiceMonitor", "PrometheusRule"}
"""Custom resources, of which Kubernetes knows no schema."""


pytestmark = pytest.mark.timeout(600)  # the first time the tools have to be fetched


@pytest.fixture(scope="module")
def valid() -> Iterator[Callable[..., None]]:
    """``kubernetes_validate.validate``, for which Kubernetes' own schemas decide."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tools()))
        yield importlib.import_module("kubernetes_validate").validate


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return render(EXAMPLES[request.param])


def pods(manifests: list[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Each workload with its pod."""
    for one in manifests:
        if one["kind"] in ("Deployment", "Job"):
            yield one, one["spec"]["template"]


def environment(container: Manifest) -> dict[str, str]:
    return {item["name"]: item["value"] for item in container["env"]}


def of_kind(manifests: list[Manifest], kind: str) -> list[Manifest]:
    return [one for one in manifests if one["kind"] == kind]


def selected(manifests: list[Manifest], labels: dict[str, str]) -> list[str]:
    return [
        one["metadata"]["name"]
        for one, pod in pods(manifests)
        if labels.items() <= pod["metadata"]["labels"].items()
    ]


def test_the_chart_passes_the_lint_with_every_example() -> None:
    for values in EXAMPLES.values():
        assert lint(values) == []


def test_everything_is_valid_for_the_oldest_and_the_newest_kubernetes(
    manifests: list[Manifest], valid: Callable[..., None]
) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in manifests]
    assert len(set(names)) == len(names)
    for one in manifests:
        if one["kind"] in OPERATORS:
            assert one["apiVersion"] == "monitoring.coreos.com/v1"
            continue
        for version in (OLDEST, NEWEST):
            valid(one, version, strict=True)


def test_every_service_has_its_parts_and_every_part_runs_a_module_of_the_code(
    manifests: list[Manifest],
) -> None:
    found = {}
    for one, pod in pods(manifests):
        (container,) = pod["spec"]["containers"]
        python, flag, module, *rest = container["args"]
        assert (python, flag) == ("python", "-m")
        assert importlib.util.find_spec(module) is not None
        found[one["metadata"]["name"].removeprefix("liandong-")] = (module, *rest)
    package = {name: name.replace("-", "_") for name in SERVICES}
    expected = {
        f"{name}-{mode}": (package[name], mode) for name in SERVICES for mode in ("api", "worker")
    }
    expected |= {f"{name}-migrations": (package[name], "migrate") for name in SERVICES}
    topics = found.pop("topics")
    assert topics[0] == "liandong.transports.topics"
    assert found == expected


def test_no_container_can_do_more_than_it_needs(manifests: list[Manifest]) -> None:
    for one, pod in pods(manifests):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & set(spec)
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert all("hostPath" not in volume for volume in spec["volumes"])
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        }
        for bound in ("requests", "limits"):
            assert set(container["resources"][bound]) == {"cpu", "memory"}
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in spec["volumes"]}
        if one["kind"] == "Deployment":
            paths = {
                probe: container[probe]["httpGet"]["path"]
                for probe in ("startupProbe", "livenessProbe", "readinessProbe")
            }
            assert paths == {
                "startupProbe": "/health/live",
                "livenessProbe": "/health/live",
                "readinessProbe": "/health/ready",
            }


def test_secrets_are_files_and_nothing_else(manifests: list[Manifest]) -> None:
    assert not of_kind(manifests, "Secret")
    assert all("-dashboard-" in one["metadata"]["name"] for one in of_kind(manifests, "ConfigMap"))
    for _, pod in pods(manifests):
        (container,) = pod["spec"]["containers"]
        assert "envFrom" not in container
        assert all(set(item) == {"name", "value"} for item in container["env"])
        for name in environment(container):
            field = Settings.model_fields.get(name.removeprefix("LIANDONG_").lower())
            assert field is None or "SecretStr" not in str(field.annotation)
        assert "database_url" not in str(container["env"]).lower()


def test_the_code_reads_all_that_the_chart_says(
    manifests: list[Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "LIANDONG_ENCRYPTION_KEYS": '["k:c2VjcmV0"]',
        "LIANDONG_RECEIPT_KEYS": '["k:c2VjcmV0"]',
    }
    fields = {f"LIANDONG_{name.upper()}" for name in Settings.model_fields}
    for one, pod in pods(manifests):
        (container,) = pod["spec"]["containers"]
        values = environment(container)
        files = {
            item["path"]
            for volume in pod["spec"]["volumes"]
            if volume["name"] == "secrets"
            for source in volume["projected"]["sources"]
            for item in source["secret"]["items"]
        }
        ours = {name for name in values if name.startswith("LIANDONG_")}
        assert (ours | files) - fields <= {"LIANDONG_SECRETS_DIR"}
        service = one["metadata"]["labels"]["liandong.cn/service"]
        if service == "all":
            continue
        folder = tmp_path / one["metadata"]["name"]
        folder.mkdir()
        for file in files:
            (folder / file).write_text(given.get(file, file))
        with monkeypatch.context() as patch:
            for name, value in (values | {"LIANDONG_SECRETS_DIR": str(folder)}).items():
                patch.setenv(name, value)
            settings = Settings.load(service)
        assert settings.database_url == "LIANDONG_DATABASE_URL"
        assert settings.client_secret == SecretStr("LIANDONG_CLIENT_SECRET")
        assert [key.get_secret_value() for key in settings.encryption_keys] == ["k:c2VjcmV0"]
        assert set(settings.service_urls) == set(SERVICES)
        assert bool(settings.storage) == (service == "registry")
        assert bool(settings.receipt_keys) == (service == "credit-list")
        apis = {one["metadata"]["name"] for one in of_kind(manifests, "Service")}
        hosts = {
            url.removeprefix("http://").removesuffix(":8000")
            for url in settings.service_urls.values()
        }
        assert hosts <= apis
        mounted = {
            item["path"]
            for volume in pod["spec"]["volumes"]
            if volume["name"] == "trust"
            for source in volume["projected"]["sources"]
            for item in next(iter(source.values()))["items"]
        }
        named = {Path(v).name for v in values.values() if v.startswith("/run/liandong/trust/")}
        assert named == mounted


def test_the_topics_are_made_as_the_services_want_them(manifests: list[Manifest]) -> None:
    by_name = {
        one["metadata"]["name"]: pod["spec"]["containers"][0] for one, pod in pods(manifests)
    }
    job = dict(
        given.removeprefix("--").split("=")
        for given in by_name.pop("liandong-topics")["args"]
        if given.startswith("--")
    )
    for container in by_name.values():
        found = environment(container)
        assert found["LIANDONG_KAFKA_PARTITIONS"] == job["partitions"]
        assert found["LIANDONG_KAFKA_REPLICATION"] == job["replication"]
        assert found["LIANDONG_STATE_TOPICS"] in ("true", "false")


def test_a_pod_that_ends_has_the_time_that_its_process_takes(manifests: list[Manifest]) -> None:
    for one, pod in pods(manifests):
        if one["kind"] == "Deployment":
            (container,) = pod["spec"]["containers"]
            drain = environment(container).get("LIANDONG_DRAIN_SECONDS")
            is_api = one["metadata"]["name"].endswith("-api")
            assert (drain is not None) == is_api  # nobody sends requests to a worker
            takes = float(drain or 0) + GRACE_SECONDS + LONGEST_STOP_SECONDS
            assert pod["spec"]["terminationGracePeriodSeconds"] >= takes + 5


def test_further_settings_arrive_as_they_were_written() -> None:
    ((_, pod), *_) = pods(render(EXAMPLES["production"]))
    (container,) = pod["spec"]["containers"]
    given = yaml.safe_load(EXAMPLES["production"].read_text(encoding="utf-8"))["settings"]
    found = environment(container)
    assert {name: found[f"LIANDONG_{name}"] for name in given} == {
        name: str(value) for name, value in given.items()
    }


def test_further_settings_are_settings_and_no_secrets() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text(encoding="utf-8"))
    for name in schema["properties"]["settings"]["properties"]:
        assert "SecretStr" not in str(Settings.model_fields[name.lower()].annotation)


def test_what_selects_finds_what_it_is_for(manifests: list[Manifest]) -> None:
    deployments = {one["metadata"]["name"] for one in of_kind(manifests, "Deployment")}
    for one in of_kind(manifests, "Service"):
        name = one["metadata"]["name"]
        expected = name if name.endswith("-worker") else f"{name}-api"
        assert selected(manifests, one["spec"]["selector"]) == [expected]
    budgets = of_kind(manifests, "PodDisruptionBudget")
    assert {one["metadata"]["name"] for one in budgets} == deployments
    for one in budgets:
        labels = one["spec"]["selector"]["matchLabels"]
        assert selected(manifests, labels) == [one["metadata"]["name"]]
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]
        for one in of_kind(manifests, "HorizontalPodAutoscaler")
    }
    fixed = {
        one["metadata"]["name"]
        for one in of_kind(manifests, "Deployment")
        if "replicas" in one["spec"]
    }
    assert (scaled | fixed, scaled & fixed) == (deployments, set())
    apis = {one["metadata"]["name"] for one in of_kind(manifests, "Service")}
    for one in of_kind(manifests, "Ingress"):
        (rule,) = one["spec"]["rules"]
        for path in rule["http"]["paths"]:
            service = path["backend"]["service"]["name"]
            assert service in apis
            assert path["path"].startswith(f"/{service.removeprefix('liandong-')}/")
            assert not path["path"].endswith(("/metrics", "/health"))


def test_steps_come_before_the_pods_and_need_nothing_of_the_release(
    manifests: list[Manifest],
) -> None:
    weights = {}
    for one in of_kind(manifests, "Job"):
        hook = one["metadata"]["annotations"]
        assert hook["helm.sh/hook"] == "pre-install,pre-upgrade"
        weights[one["metadata"]["name"]] = int(hook["helm.sh/hook-weight"])
    assert weights.pop("liandong-topics") < min(weights.values())


def test_nothing_may_go_where_no_rule_lets_it() -> None:
    manifests = render(EXAMPLES["production"])
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind(manifests, "NetworkPolicy")}
    closed = policies["liandong-nothing"]
    assert set(closed["policyTypes"]) == {"Ingress", "Egress"}
    assert not {"ingress", "egress"} & set(closed)
    every = [one["metadata"]["name"] for one, _ in pods(manifests)]
    assert selected(manifests, closed["podSelector"]["matchLabels"]) == every
    for policy in policies.values():
        for rule in policy.get("ingress", []):
            assert rule["from"]
            assert rule["ports"]
        for rule in policy.get("egress", []):
            assert rule["to"]
            assert rule["ports"]


def test_what_scales_a_worker_is_recorded_from_what_the_code_tells() -> None:
    manifests = render(EXAMPLES["production"])
    (rules,) = of_kind(manifests, "PrometheusRule")
    lag, *_ = rules["spec"]["groups"]
    (rule,) = lag["rules"]
    assert re.findall(r"liandong_\w+", rule["expr"]) == [metrics.CONSUMER_LAG._name]
    scalers = of_kind(manifests, "HorizontalPodAutoscaler")
    asked = {
        metric["external"]["metric"]["name"]
        for one in scalers
        for metric in one["spec"]["metrics"]
        if metric["type"] == "External"
    }
    assert asked == {rule["record"]}


def test_the_rules_are_those_of_compose_narrowed_to_the_namespace() -> None:
    runbooks = "https://git.example.gov.cn/liandong/docs/runbooks"
    (rules,) = of_kind(render(EXAMPLES["production"]), "PrometheusRule")
    _, *groups = rules["spec"]["groups"]
    expected = rule_file("liandong")["groups"]
    for rule in (rule for group in expected for rule in group["rules"] if "annotations" in rule):
        page = rule["annotations"]["runbook_url"]
        rule["annotations"]["runbook_url"] = page.replace(RUNBOOKS, runbooks)
    assert groups == expected
    for rule in (rule for group in groups for rule in group["rules"]):
        selectors = re.findall(r"\{[^}]*\}", rule["expr"].replace("{le}", ""))
        assert selectors
        assert all('namespace="liandong"' in one for one in selectors), rule["expr"]


def test_the_dashboards_are_those_of_compose_with_the_pages_of_the_installation() -> None:
    maps = of_kind(render(EXAMPLES["production"]), "ConfigMap")
    found = {name: text for one in maps for name, text in one["data"].items()}
    files = (CHART.parents[1] / "grafana/dashboards").glob("*.json")
    address = "https://git.example.gov.cn/liandong/docs/runbooks"
    assert found == {
        f"liandong-{file.name}": file.read_text(encoding="utf-8")
        .strip()
        .replace(RUNBOOK_ADDRESS, address)
        for file in files
    }
    for one in maps:
        assert one["metadata"]["labels"]["grafana_dashboard"] == "1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kafka": {"bootstrapServers": ""}}, "bootstrapServers"),
        ({"kafka": {"bootstrapServer": "kafka:9092"}}, "bootstrapServer"),
        ({"image": {"digest": "", "tag": ""}}, "image.tag"),
        ({"postgresql": {"caSecret": ""}}, "caSecret"),
        ({"services": {"funding": {"kafkaUsername": ""}}}, "services.funding.kafkaUsername"),
        ({"kafka": {"topics": {"username": ""}}}, "kafka.topics.username"),
        ({"kafka": {"topics": {"partitions": 3}}}, "kafka.topics.partitions"),
        ({"networkPolicy": {"egress": {"kafka": {"to": []}}}}, "networkPolicy.egress"),
        ({"networkPolicy": {"ingressFrom": []}}, "networkPolicy.ingressFrom"),
        ({"networkPolicy": {"metricsFrom": []}}, "networkPolicy.metricsFrom"),
        ({"services": {"archive": {"secret": "a", "clientId": "b"}}}, "archive"),
        ({"settings": {"CLIENT_SECRET": "in the clear"}}, "CLIENT_SECRET"),
        ({"ingress": {"tlsSecret": ""}}, "tlsSecret"),
        ({"monitoring": {"runbooks": "docs/runbooks"}}, "/monitoring/runbooks"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        render(EXAMPLES["production"], change)


def test_without_values_the_chart_names_what_it_needs() -> None:
    with pytest.raises(Refused) as refused:
        render(None)
    for name in ("image", "kafka", "oidc", "storage", "ingress"):
        assert name in str(refused.value)
