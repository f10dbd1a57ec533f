"""The ledger of one block: shapes, parameters and MACs, step by step."""

from collections.abc import Mapping, Sequence

from ..arch import LayerCost
from ..arch.block import BlockSetting, single_block
from .picture import Cell
from .style import KIND_LOOKS, capitalised
from .tables import Table

#: The steps of a block that have weights, in order.
STEPS = ("expand", "depthwise", "squeeze_excite", "project")

_COLUMNS = ("step", "layer", "output", "parameters", "MACs")


def block_layers(
    setting: BlockSetting, size: int, steps: Sequence[str] = STEPS
) -> tuple[LayerCost, ...]:
    """Return the priced layers of some steps of a block.

    Raises
    ------
    ValueError
        If a step is unknown, or a number of the block is out of range.
    """
    for step in steps:
        if step not in STEPS:
            raise ValueError(f"step is {step!r}; it must be one of {', '.join(STEPS)}")
    _, layers = single_block(setting, size)
    return tuple(layer for layer in layers if step_of(layer) in steps)


def step_of(layer: LayerCost) -> str:
    """Return the step that a layer belongs to; a normalisation goes with its convolution."""
    return layer.name.split(".")[0]


def block_ledger(
    setting: BlockSetting,
    size: int,
    steps: Sequence[str] = STEPS,
    extra: Mapping[str, Sequence[Cell]] | None = None,
) -> Table:
    """Return shapes, parameters and MACs of a block's layers, and their sum.

    Parameters
    ----------
    setting
        The block.
    size
        Side of its input, in pixels.
    steps
        Some of `STEPS`.
    extra
        More columns: a cell for each layer. Columns of numbers are summed too.
    """
    layers, more = block_layers(setting, size, steps), dict(extra or {})
    rows: list[tuple[Cell, ...]] = [
        (
            KIND_LOOKS[step_of(layer)].name,
            describe(layer),
            _output(layer),
            layer.params,
            layer.macs,
            *(column[row] for column in more.values()),
        )
        for row, layer in enumerate(layers)
    ]
    params, macs = (sum(getattr(layer, what) for layer in layers) for what in ("params", "macs"))
    rows.append(("together", "", "", params, macs, *map(_sum, more.values())))
    return Table(
        f"{capitalised(str(setting))}; input {setting.in_channels} × {size} × {size}",
        (*_COLUMNS, *more),
        tuple(rows),
    )


def describe(layer: LayerCost) -> str:
    """Say in words what a layer of a block is."""
    if layer.kind == "norm":
        return "batch normalisation"
    name = f"{layer.kernel}x{layer.kernel} convolution"
    if layer.kind == "depthwise":
        return f"{name}, {layer.out_channels} groups"
    return f"{name} with bias" if layer.kind == "squeeze_excite" else name


def _output(layer: LayerCost) -> str:
    # With spaces that do not break: a shape is one word.
    return f"{layer.out_channels}\u00a0×\u00a0{layer.out_size}\u00a0×\u00a0{layer.out_size}"


def _sum(column: Sequence[Cell]) -> Cell:
    numbers = [cell for cell in column if isinstance(cell, int) and not isinstance(cell, bool)]
    return sum(numbers) if numbers and len(numbers) == len(column) else ""
