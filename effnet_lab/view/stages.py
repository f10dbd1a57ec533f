"""Tables of a network's stages, of networks side by side, and of sources that disagree."""

from collections.abc import Sequence
from itertools import groupby

from ..arch import NetworkSpec, cost, resolve
from ..arch.facts import DISAGREEMENTS
from ..arch.sources import SOURCES
from .picture import Cell
from .style import format_ratio
from .tables import Table


def stage_table(spec: NetworkSpec) -> Table:
    """Return a network's stages as Table 1 of the paper prints them.

    Parameters
    ----------
    spec
        The network; width and depth are scaled and rounded, as they are built.

    Notes
    -----
    Source: Tan & Le 2019, Table 1. As there, a stage's resolution is that of its *input*; the
    stride, which the paper leaves out, belongs to the stage's first block.
    """
    _, stem, blocks, head = resolve(spec)
    rows: list[tuple[Cell, ...]] = [
        (
            1,
            f"Conv{stem.kernel}x{stem.kernel}",
            _square(stem.in_size),
            stem.out_channels,
            1,
            stem.stride,
        ),
    ]
    for stage, group in groupby(blocks, key=lambda block: block.stage):
        first, *others = group
        operator = spec.operator(spec.stages[stage - 2])
        rows.append(
            (
                stage,
                operator,
                _square(first.in_size),
                first.out_channels,
                1 + len(others),
                first.stride,
            )
        )
    ends = "Conv1x1, pooling and classifier"
    rows.append((len(rows) + 1, ends, _square(head.in_size), head.out_channels, 1, 1))
    return Table(
        f"{spec.name}, stage by stage",
        ("stage", "operator", "input", "channels", "layers", "stride of the first"),
        tuple(rows),
    )


def cost_table(specs: Sequence[NetworkSpec], baseline: NetworkSpec) -> Table:
    """Return what networks cost, beside a baseline.

    Parameters
    ----------
    specs
        They are named by their `name`.
    baseline
        The first row, and what the ratios are of.
    """
    base = cost(baseline)
    rows: list[tuple[Cell, ...]] = []
    for spec in (baseline, *specs):
        price, side = cost(spec), resolve(spec).head.in_size
        rows.append(
            (
                spec.name,
                price.params,
                format_ratio(price.params / base.params),
                price.macs,
                format_ratio(price.macs / base.macs),
                _square(side),
            )
        )
    return Table(
        f"Costs at {_square(baseline.resolution)} pixels; ratios are to the first row",
        ("network", "parameters", "ratio", "MACs", "ratio of MACs", "last feature map"),
        tuple(rows),
    )


def disagreement_table(topics: Sequence[str] = ()) -> Table:
    """Return where papers, their versions and the code disagree, with both sources.

    Parameters
    ----------
    topics
        Beginnings of the topics to show; by default all.

    Raises
    ------
    ValueError
        If no topic begins so; the message names those that there are.
    """
    known = [row.topic for row in DISAGREEMENTS]
    for topic in topics:
        if not any(name.startswith(topic) for name in known):
            raise ValueError(f"topic is {topic!r}; there are: {'; '.join(known)}")
    rows = tuple(
        (row.topic, f"{row.one} [{row.one_source}]", f"{row.other} [{row.other_source}]")
        for row in DISAGREEMENTS
        if not topics or row.topic.startswith(tuple(topics))
    )
    return Table(
        "Where sources disagree; in brackets, who says so", ("about", "one", "other"), rows
    )


def source_table(keys: Sequence[str] = ()) -> Table:
    """Return the citations that short names stand for.

    Parameters
    ----------
    keys
        Of `arch.sources.SOURCES`; by default those of `disagreement_table`, in its order.

    Raises
    ------
    ValueError
        If a key is not known.
    """
    both = [side for row in DISAGREEMENTS for side in (row.one_source, row.other_source)]
    wanted = tuple(keys) or tuple(dict.fromkeys(both))
    for key in wanted:
        if key not in SOURCES:
            raise ValueError(f"source is {key!r}; it must be one of {', '.join(SOURCES)}")
    rows = tuple((key, SOURCES[key].citation) for key in wanted)
    return Table("Sources", ("name", "source"), rows)


def _square(side: int) -> str:
    return f"{side} × {side}"
