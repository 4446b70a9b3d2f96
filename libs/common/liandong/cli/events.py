"""``liandong events types``: which events there are, and who listens."""

from collections import defaultdict

import typer

from liandong.cli.options import options_of
from liandong.cli.output import give, table
from liandong.contracts.definitions import definitions_of, installed
from liandong.contracts.events import partition_key

app = typer.Typer(help="领域事件。", no_args_is_help=True)


@app.callback()
def _events() -> None:
    """领域事件。"""


@app.command()
def types(ctx: typer.Context) -> None:
    """列出各服务发布的事件类型，以及谁订阅。"""
    options = options_of(ctx)
    readers: dict[str, set[str]] = defaultdict(set)
    for definition in installed():
        for group in definition.groups:
            for one in group.subscriptions:
                readers[one.event.type].add(group.name)
    found = [
        {
            "service": definition.name,
            "type": event.type,
            "version": event.version,
            "topic": event.topic(),
            "key": " ?? ".join(partition_key(event).values()),
            "fields": list(event.model_fields),
            "groups": sorted(readers[event.type]),
        }
        for definition in definitions_of(options.names)
        for event in definition.events
    ]
    give(
        options,
        {"events": found},
        table(
            f"事件类型（{len(found)}）",
            ["服务", "类型", "版本", "键", "订阅的消费组"],
            [
                (one["service"], one["type"], one["version"], one["key"], one["groups"])
                for one in found
            ],
        ),
    )
