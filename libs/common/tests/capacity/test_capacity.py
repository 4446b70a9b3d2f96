"""The model of the capacity page: what grows with what, and that the page is what it computes."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from liandong.capacity import figures
from liandong.capacity.figures import UnknownAssumption, assumptions, measured
from liandong.capacity.model import (
    Model,
    connections_of_api,
    connections_of_worker,
)
from liandong.capacity.page import needs, rewritten, size, tables
from liandong.cli.main import app
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import migrated, start
from registry.app import DEFINITION

PAGE = Path(__file__).parents[4] / "docs" / "operations" / "capacity.md"


def a_model(**changed: float) -> Model:
    return Model(assumptions({name: str(value) for name, value in changed.items()}), measured())


def test_the_page_shows_what_the_model_computes() -> None:
    assumed, found = assumptions(), measured()
    text = PAGE.read_text(encoding="utf-8")
    made = tables(Model(assumed, found), assumed, found)
    assert rewritten(text, made) == text, "python -m liandong.capacity page " + str(PAGE)


def test_twice_the_organisations_are_twice_the_register() -> None:
    one, two = a_model(organizations=1e6).database(), a_model(organizations=2e6).database()
    assert two.register == pytest.approx(2 * one.register)
    assert two.dump_seconds == pytest.approx(2 * one.dump_seconds)


def test_a_longer_season_is_a_quieter_busiest_day_and_the_same_year() -> None:
    short, long = (
        a_model(season_share_busiest_day=0.05).load(),
        a_model(season_share_busiest_day=0.01).load(),
    )
    assert long.events_busiest_day < short.events_busiest_day
    assert long.events_per_year == short.events_per_year


def test_a_small_platform_keeps_six_partitions_and_two_of_everything() -> None:
    small = a_model(organizations=2000, checks_per_day=100, reads_per_day=100, partners=5)
    processes = small.processes()
    assert small.broker().partitions == 6
    assert (processes.registry_api, processes.credit_api, processes.workers) == (2, 2, 2)
    assert processes.feed_processes == 1


def test_more_than_half_of_a_process_asks_for_another() -> None:
    model = a_model()
    rate = model.m("check-rate")
    asked = 0.5 * rate / (0.25 / 3600 * 3) / 1.1**3  # half of a process in the busiest second
    assert a_model(checks_per_day=asked * 0.99).processes().credit_api == 2
    assert a_model(checks_per_day=asked * 1.01).processes().credit_api == 3


def test_partners_on_kafka_cost_bandwidth_and_those_on_the_feed_do_not() -> None:
    none = a_model(partners_on_feed_share=0).broker()
    all_ = a_model(partners_on_feed_share=1).broker()
    assert all_.out_bytes_per_second < none.out_bytes_per_second / 10
    assert all_.stored_bytes == none.stored_bytes


def test_the_busiest_event_of_a_key_counts_for_the_partitions() -> None:
    assert a_model(key_skew=40).broker().partitions > a_model(key_skew=2).broker().partitions


def test_connections_are_what_all_pools_open_when_full() -> None:
    model = a_model()
    processes, found = model.processes(), model.connections()
    apis = processes.registry_api + processes.credit_api + 3 * processes.other_api
    assert found.total == apis * found.api + 5 * processes.workers * found.worker
    assert model.connections(cdc=True).total == found.total + 5 * processes.workers


async def test_the_pools_that_are_counted_are_the_pools_of_a_process(
    database_templates: DatabaseTemplates,
) -> None:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url)
    try:
        runtime = service.runtime
        pools = [runtime.api_engine.pool, runtime.feed_engine.pool]
        sizes = [pool.size() for pool in pools]  # type: ignore[attr-defined]
        reads = [runtime.reads, runtime.lists, runtime.questions.pool]
        sizes += [one.settings.read_pool_size for one in reads]
        figures = readiness = relay = 1
        assert connections_of_api() == sum(sizes) + figures
        worker = runtime.worker_engine.pool.size()  # type: ignore[attr-defined]
        assert connections_of_worker(cdc=False) == worker + relay + figures + readiness
        pooled = {
            field.name for field in dataclasses.fields(runtime) if "ReadPool" in str(field.type)
        }
        assert pooled == {"reads", "lists"}, "another pool has to be counted"
    finally:
        await service.close()
        await database_templates.drop(url)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"organisations": "1"}, "organisations"), ({"partners": "-1"}, "partners"),
     ({"partners": "many"}, "many"), ({"partners": "nan"}, "nan")],
)  # fmt: skip
def test_an_assumption_that_cannot_be_meant_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(UnknownAssumption, match=told):
        assumptions(given)


def test_the_command_tries_other_assumptions_and_names_a_wrong_one() -> None:
    whole = CliRunner().invoke(app, ["--json", "capacity"])
    city = CliRunner().invoke(app, ["--json", "capacity", "--set", "organizations=40000"])
    wrong = CliRunner().invoke(app, ["capacity", "--set", "organisations=1"])
    bare = CliRunner().invoke(app, ["capacity", "--set", "partners"])
    assert (whole.exit_code, city.exit_code, wrong.exit_code, bare.exit_code) == (0, 0, 2, 2)
    assert json.loads(city.stdout)["assumptions"]["organizations"] == 40_000
    registers = [json.loads(one.stdout)["needs"]["register"] for one in (whole, city)]
    assert registers == ["5 GB", "50 MB"]
    assert "organisations" in wrong.output
    assert "名称=值" in bare.output


def test_what_a_run_printed_is_taken_over_with_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(figures.FOLDER, tmp_path / "capacity")
    monkeypatch.setattr(figures, "FOLDER", tmp_path / "capacity")
    rows = [
        {"name": "capacity/event-feed", "value": 1234.5678, "unit": "bytes", "detail": "ten"},
        {"name": "relay-to-kafka", "value": 7000.0, "unit": "events/s", "detail": "many"},
        {"name": "relay-to-kafka/absolute", "value": 1.0, "unit": "events/s", "detail": ""},
    ]
    found = figures.record(rows, "here, today")
    assert (found["event-feed"].value, found["relay-rate"].value) == (1235, 7000)
    assert found["event-feed"].source == "here, today; ten"
    assert measured() == found


def test_every_figure_says_where_it_comes_from() -> None:
    assert all(one.source for one in measured().values())
    assert all(one.reason for one in assumptions().values())
    assert len(needs(a_model())) > 20


def test_sizes_are_told_in_powers_of_a_thousand() -> None:
    assert [size(one) for one in (999, 1e3, 2.5e9, 3.2e12)] == ["999 B", "1 KB", "2 GB", "3.2 TB"]
