"""What every dashboard is made of: graphs and figures on Prometheus, with a page of help."""

from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableRefresh,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

RUNBOOK_ADDRESS: Final = "/public/runbooks"
"""Where Grafana itself serves ``docs/runbooks`` (mounted there by Compose); the chart puts another
address in its place."""
SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")
HEIGHT: Final = 8


class Query(NamedTuple):
    """PromQL and how a line of it is called."""

    expr: str
    legend: str


def new(name: str, title: str, description: str) -> dashboard.Dashboard:
    """A dashboard of the last hour, which links to its sisters."""
    sisters = (
        dashboard.DashboardLink("联动")
        .type(DashboardLinkType.DASHBOARDS)
        .tags(["liandong"])
        .as_dropdown(True)
        .keep_time(True)
    )
    return (
        dashboard.Dashboard(f"联动 · {title}")
        .uid(f"liandong-{name}")
        .description(description)
        .tags(["liandong"])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .refresh("15s")
        .time("now-1h", "now")
        .timezone("Asia/Shanghai")
        .with_variable(
            dashboard.DatasourceVariable("datasource").label("数据源").type("prometheus")
        )
        .link(sisters)
    )


def choice(
    name: str, label: str, query: str, *, everything: bool = False
) -> dashboard.QueryVariable:
    """A variable whose values are those of a label: ``label_values(metric, label)``."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .query(query)
        .datasource(SOURCE)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .include_all(everything)
        .multi(everything)
    )


def row(title: str) -> dashboard.Row:
    return dashboard.Row(title)


def graph(
    title: str,
    unit: str,
    *queries: Query,
    told: str,
    runbook: str = "",
    span: int = 12,
    limit: float | None = None,
    stacked: bool = False,
) -> timeseries.Panel:
    """Lines over time; ``limit`` is where an alert begins, drawn as a line."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(told)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(span)
        .height(HEIGHT)
        .line_width(1)
        .fill_opacity(10)
        .show_points(common_models.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(common_models.LegendDisplayMode.TABLE)
            .placement(common_models.LegendPlacement.BOTTOM)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(common_models.TooltipDisplayMode.MULTI)
            .sort(common_models.SortOrder.DESCENDING)
        )
    )
    if stacked:
        panel.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL))
    if limit is not None:
        panel.thresholds(_from(limit)).thresholds_style(
            common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
        )
    for query in queries:
        panel.with_target(_target(query))
    return panel.links(_help(runbook))


def figure(
    title: str, unit: str, query: Query, *, told: str, runbook: str = "", span: int = 4,
    bad_from: float | None = None,
) -> stat.Panel:  # fmt: skip
    """One number now, red from ``bad_from`` on."""
    panel = (
        stat.Panel()
        .title(title)
        .description(told)
        .datasource(SOURCE)
        .unit(unit)
        .span(span)
        .height(4)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_target(query).instant())
        .links(_help(runbook))
    )
    if bad_from is not None:
        panel.thresholds(_from(bad_from)).color_mode(common_models.BigValueColorMode.BACKGROUND)
    return panel


def bars(title: str, unit: str, query: Query, *, told: str, runbook: str = "") -> bargauge.Panel:
    """The present value of each line, beside each other."""
    return (
        bargauge.Panel()
        .title(title)
        .description(told)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(12)
        .height(HEIGHT)
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_target(query).instant())
        .links(_help(runbook))
    )


def rows(title: str, query: Query, *, told: str, runbook: str = "", span: int = 12) -> table.Panel:
    """The labels of what is there now."""
    return (
        table.Panel()
        .title(title)
        .description(told)
        .datasource(SOURCE)
        .span(span)
        .height(HEIGHT)
        .with_target(_target(query).instant().format(PromQueryFormat.TABLE))
        .links(_help(runbook))
    )


def quantiles(metric: str, by: str, where: str = "") -> tuple[Query, Query]:
    """The middle and the 99th of a histogram, by one label."""
    rate = f"sum by (le, {by}) (rate({metric}_bucket{{{where}}}[$__rate_interval]))"
    return (
        Query(f"histogram_quantile(0.5, {rate})", f"{{{{{by}}}}} 中位"),
        Query(f"histogram_quantile(0.99, {rate})", f"{{{{{by}}}}} 99 分位"),
    )


def _target(query: Query) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(query.expr).legend_format(query.legend)


def _from(limit: float) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color="green"), Threshold(value=limit, color="red")]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _help(runbook: str) -> list[Builder[models.DashboardLink]]:
    if not runbook:
        return []
    link = dashboard.DashboardLink("处置手册").type(DashboardLinkType.LINK)
    return [link.url(f"{RUNBOOK_ADDRESS}/{runbook}.md").target_blank(True)]
