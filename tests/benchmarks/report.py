"""Figures, and the table they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def row(cells: Iterable[object]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


@dataclass(frozen=True)
class Figure:
    """One measured number; what we aim at (at most that), and a ratio where it is compared."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    over: float | None = None

    def row(self) -> str:
        """A row of a Markdown table."""
        aim = "" if self.aim is None else f"≤ {self.aim:g}"
        met = "" if self.aim is None else ("yes" if self.value <= self.aim else "**no**")
        ratio = "" if not self.over else f" ({self.value / self.over:.1f} × ours)"
        return row([self.name, f"{self.value:.3g} {self.unit}{ratio}", aim, met])


def table(figures: Iterable[Figure]) -> Iterable[str]:
    """The rows of a table, as they come."""
    yield "| what | measured | aim | met |"
    yield "|---|---|---|---|"
    for figure in figures:
        yield figure.row()
