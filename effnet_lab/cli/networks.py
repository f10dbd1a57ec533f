"""`effnet-lab cost`, `train` and `curve`: what a network costs, and what it learns."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..arch import CIFAR_BASE, NetworkCost, NetworkSpec, cost, multipliers, scaled
from .parameters import PATH, examples, network_to_scale, training_options, workplace

if TYPE_CHECKING:
    from ..records.runs import Budget


@click.command("cost", epilog=examples("cost b0", "cost b0 --width 1.4", "cost b7 --by layer"))
@network_to_scale()
@click.option(
    "--by",
    type=click.Choice(("kind", "stage", "layer")),
    default="stage",
    help="What a row adds up.",
)
def print_cost(network: NetworkSpec, by: str, **scale: Any) -> None:
    """Price a network, without building it.

    NETWORK is such as b0, lite2 or cifar_base.
    """
    spec = scaled(network, **scale)
    click.echo(f"{spec.name} at {spec.resolution} x {spec.resolution} pixels")
    rows = _rows(cost(spec), by)
    width = max(len(by), *(len(label) for label, _ in rows)) + 2
    click.echo(f"{by:{width}}{'parameters':>14}{'MACs':>18}{'activations':>16}")
    for label, (params, macs, activations) in rows:
        click.echo(f"{label:{width}}{params:14,}{macs:18,}{activations:16,}")
    if spec != network:
        click.echo(f"\nover {network.name}:   width    depth    resolution    MACs")
        for label, ratios in zip(("ideal", "actual"), multipliers(spec, network), strict=True):
            click.echo(
                f"{label:12}{ratios.width:7.3g}x {ratios.depth:7.3g}x "
                f"{ratios.resolution:12.3g}x {ratios.macs:6.3g}x"
            )


def _rows(price: NetworkCost, by: str) -> list[tuple[str, Sequence[int]]]:
    """Return label, and parameters, MACs and activations, of each part and of all."""
    rows: list[tuple[str, Sequence[int]]]
    if by == "layer":
        rows = [(row.name, (row.params, row.macs, row.activations)) for row in price.layers]
    else:
        sums = price.by_kind() if by == "kind" else price.by_stage()
        rows = [(str(label), totals) for label, totals in sums.items()]
    return [*rows, ("total", (price.params, price.macs, price.activations))]


@click.command(epilog=examples("train", "train --depth 2 --budget '4 epochs' --data toy"))
@network_to_scale(default=CIFAR_BASE.name)
@training_options(budget="60s")
@click.option("--threads", type=int, help="By default one for each core; the result is the same.")
@click.option("--store", type=PATH, default="work/runs.jsonl", help="Where the record goes.")
@click.option("--checkpoint", type=PATH, help="Resume from and save to this file.")
def train(
    network: NetworkSpec,
    data: str,
    folder: Path | None,
    budget: "Budget",
    seed: int,
    threads: int | None,
    store: Path,
    checkpoint: Path | None,
    **scale: Any,
) -> None:
    """Train one network for a short while.

    NETWORK is such as b0, lite2 or cifar_base, the default.
    """
    from dataclasses import replace

    from ..records.runs import RunStore
    from ..training.data import load_data
    from ..training.train import quick_train

    pictures = load_data(data, folder)
    spec = replace(scaled(network, **scale), num_classes=len(pictures.classes))
    records = RunStore(store)
    record = quick_train(spec, pictures, budget, seed, threads=threads, checkpoint=checkpoint)
    records.append(record)
    click.echo(record.describe())
    click.echo(f"recorded in {records.path}")


@click.command(epilog=examples("curve", "curve --budget 1h --out curve.svg --workers 2"))
@training_options(budget="15m")
@click.option("--out", type=PATH, default="curve.png", help="A .png or .svg file.")
@workplace
def curve(
    data: str, folder: Path | None, budget: "Budget", seed: int, out: Path, **workplace: Any
) -> None:
    """Train a family, and draw accuracy against MACs."""
    from .._files import keep_backup
    from ..records.runs import RunStore, recorded
    from ..records.statistics import results
    from ..training.data import load_data
    from ..training.study import still_guessing, train_curve
    from ..view.picture import require_format
    from ..view.plots.accuracy import accuracy_vs_macs
    from ..view.report import rankings

    require_format(out)
    pictures = load_data(data, folder)
    store = RunStore(out.with_suffix(".runs.jsonl"))
    records = train_curve(pictures, budget, store, seeds=[seed], folder=folder, **workplace)
    guessing = still_guessing(records, pictures)
    early = f"Too early to tell: {len(guessing)} of {len(records)} networks still guess"
    picture = accuracy_vs_macs(records, title=early if guessing else None)
    keep_backup(out)
    picture.save(out)
    click.echo(picture.alt)
    long = recorded("scaling")
    if guessing:
        click.echo("A network that guesses has no rank. A larger --budget lets all of them learn.")
    elif pictures.fingerprint == long[0].plan.fingerprint:
        for line in rankings({"this curve": results(records), "scaling": results(long)}):
            click.echo(line)
    click.echo(f"drawn in {out}; the records are in {store.path}")
