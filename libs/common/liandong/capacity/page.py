"""The tables of docs/operations/capacity.md, made anew by ``python -m liandong.capacity page``."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from liandong.capacity.figures import Assumption, Measured
from liandong.capacity.model import Model

BEGIN: Final = "<!-- made by `python -m liandong.capacity page`: do not edit -->"
END: Final = "<!-- end -->"


def needs(model: Model) -> list[tuple[str, str, str]]:
    """What is needed: subject, how much, computed from what."""
    load, broker, processes = model.load(), model.broker(), model.processes()
    database, connections = model.database(), model.connections()
    relay = model.m("relay-rate")
    return [
        ("events in a year", whole(load.events_per_year), "flows, with the effects they have"),
        (
            "events on the busiest day",
            whole(load.events_busiest_day),
            "inspections at the deadline",
        ),
        (
            "events in the busiest second",
            whole(load.events_per_second),
            "busiest hour × burst, and one bulk import beside it",
        ),
        ("commands in the busiest second", whole(load.commands_per_second), "one for each fact"),
        ("checks in the busiest second", whole(load.checks_per_second), "checks_per_day"),
        ("reads in the busiest second", whole(load.reads_per_second), "reads_per_day"),
        (
            "one relay's share of the busiest second",
            f"{load.events_per_second / relay:.0%} of {whole(relay)} events/s",
            "all services' events through one; each has its own",
        ),
        ("partitions of a topic", str(broker.partitions), "key_skew, utilisation; at least 6"),
        ("bytes of an event in a topic", whole(broker.bytes_per_event), "alone in its batch"),
        ("disk of all brokers", size(broker.stored_bytes), "28 days × 3 copies, the season within"),
        ("into the brokers", f"{size(broker.in_bytes_per_second)}/s", "busiest second"),
        (
            "out of the brokers",
            f"{size(broker.out_bytes_per_second)}/s",
            "partners on Kafka, groups and copies; busiest second",
        ),
        (
            "out of the brokers, without an import",
            f"{size(broker.out_without_import)}/s",
            "the same, without bulk_rows_per_second",
        ),
        (
            "API processes: registry",
            str(processes.registry_api),
            "reads, commands; one may fail",
        ),
        ("API processes: credit-list", str(processes.credit_api), "checks; one may fail"),
        ("API processes: each other service", str(processes.other_api), "commands; one may fail"),
        ("workers of each service", str(processes.workers), "groups_per_event"),
        (
            "processes for partners on the feed",
            str(processes.feed_processes),
            f"{whole(model.m('feed-readers'))} waiting readers each were measured",
        ),
        ("memory of a process", f"{processes.memory_mb:.0f} MB", "the highest measured"),
        (
            "connections of a process",
            f"{connections.api} API, {connections.worker} worker",
            "the pools' sizes, all full",
        ),
        ("max_connections", str(connections.max_connections), "all services on one server"),
        ("register", size(database.register), "bytes of an organisation, with indexes"),
        ("event feeds", size(database.feed), "36 months in monthly partitions"),
        ("inboxes", size(database.inbox), "3 months in monthly partitions"),
        ("audit logs", size(database.audit), "kept for ever: grows by a third of this each year"),
        ("databases together", size(database.total), "files of applications are beside them"),
        ("log on the busiest day", size(database.wal_per_busiest_day), "commands and effects"),
        ("log kept for recovery", size(database.wal_kept), "wal_days such days"),
        ("a dump of the register", f"{database.dump_seconds / 60:.0f} min", "one process"),
    ]


def tables(model: Model, assumed: dict[str, Assumption], measured: dict[str, Measured]) -> str:
    """Markdown: what is needed, what was assumed, what was measured."""
    return "\n\n".join(
        [
            "### What is needed",
            table(("what", "how much", "from"), needs(model)),
            "### 假设 · Assumptions",
            table(
                ("名称", "值", "单位", "理由"),
                [(f"`{n}`", plain(one.value), one.unit, one.reason) for n, one in assumed.items()],
            ),
            "### 实测 · Measured",
            table(
                ("name", "value", "unit", "source"),
                [(f"`{n}`", plain(one.value), one.unit, one.source) for n, one in measured.items()],
            ),
        ]
    )


def rewritten(text: str, made: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def rewrite(file: Path, made: str) -> None:
    file.write_text(rewritten(file.read_text(encoding="utf-8"), made), encoding="utf-8")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(one) + " |" for one in lines)


def whole(value: float) -> str:
    return f"{value:,.0f}"


def plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:g}"


def size(value: float) -> str:
    """Bytes for people; 1 GB is 10^9."""
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
