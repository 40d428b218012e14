"""Levels of grouping: how the groups of each ticket are found and what they are."""

from tickets.charts.levels.base import NO_VALUE, Group, Level
from tickets.charts.levels.build import level_for

__all__ = ["NO_VALUE", "Group", "Level", "level_for"]
