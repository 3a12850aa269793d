"""The report as it is shown: tiles, tables, drawings."""

from reports.display.drawings import (
    BacklogChart,
    Heat,
    SlaTrend,
    SpreadChart,
    VolumeTrend,
    backlog_chart,
    heat_table,
    resolution_chart,
    response_chart,
    sla_trends,
    volume_trend,
)
from reports.display.links import Links
from reports.display.tables import Table, category_table, priority_table, team_table
from reports.display.tiles import Tile, main_tiles, more_tiles

__all__ = [
    "BacklogChart",
    "Heat",
    "Links",
    "SlaTrend",
    "SpreadChart",
    "Table",
    "Tile",
    "VolumeTrend",
    "backlog_chart",
    "category_table",
    "heat_table",
    "main_tiles",
    "more_tiles",
    "priority_table",
    "resolution_chart",
    "response_chart",
    "sla_trends",
    "team_table",
    "volume_trend",
]
