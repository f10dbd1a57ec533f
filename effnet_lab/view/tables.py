"""Tables that show themselves in a notebook, read by screen readers as tables."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from ..arch import NetworkSpec, cost, multipliers
from .picture import Cell, format_cell, table_html, table_markdown
from .style import format_ratio


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows under a caption.

    Parameters
    ----------
    caption
        One sentence: what the table shows.
    columns, rows
        Numbers are numbers; they are written for people when shown.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_markdown(self) -> str:
        """Return the table as Markdown, without its caption."""
        return table_markdown(self.columns, self.rows)

    def _repr_html_(self) -> str:
        return table_html(self.columns, self.rows, html.escape(self.caption))

    def __repr__(self) -> str:
        cells = [self.columns, *(tuple(map(format_cell, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([self.caption, *lines])


def ideal_and_actual(specs: Sequence[NetworkSpec], baseline: NetworkSpec) -> Table:
    """Set what scaling asks for beside what rounding makes of it.

    Parameters
    ----------
    specs
        Networks scaled from `baseline`.
    baseline
        What they are compared with.
    """
    rows: list[tuple[Cell, ...]] = []
    for spec in specs:
        ideal, actual = multipliers(spec, baseline)
        pairs = [
            f"{format_ratio(wanted)} → {format_ratio(got)}"
            for wanted, got in zip(ideal, actual, strict=True)
        ]
        rows.append((spec.name, *pairs, cost(spec).macs, cost(spec).params))
    return Table(
        f"Ideal → actual, as multiples of {baseline.name} at {baseline.resolution} pixels",
        (
            "network",
            "width",
            "depth",
            "resolution",
            "MACs (d·w²·r² → counted)",
            "MACs",
            "parameters",
        ),
        tuple(rows),
    )
