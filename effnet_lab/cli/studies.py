"""`effnet-lab study`: recorded runs, made, reported and verified."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .parameters import PATH, Read, examples, folder, workplace

if TYPE_CHECKING:
    from ..records.runs import RunRecord


class StudyGroup(click.Group):
    """The group in which `study NAME` is short for `study run NAME`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write the call in full."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["run", *args]
        return super().parse_args(ctx, args)


def _recordings() -> list[str]:
    from ..records.runs import recorded_names

    return recorded_names()


_STUDY = Read("name", str, _recordings)


@click.group(cls=StudyGroup)
def study() -> None:
    """Carry out, report or verify recorded runs.

    `study NAME` is short for `study run NAME`.
    """


@study.command(epilog=examples("study run quick", "study quick --store mine.jsonl --workers 2"))
@click.argument("name", type=_STUDY)
@folder
@click.option("--store", type=PATH, help="Where records go; by default work/NAME.jsonl.")
@workplace
def run(name: str, folder: Path | None, store: Path | None, **workplace: Any) -> None:
    """Carry out a declared study, or what is left of it.

    A wrong NAME lists those there are.
    """
    from ..records.runs import RunStore
    from ..training.study import run_study

    records = RunStore(store or Path("work") / f"{name}.jsonl")
    for record in run_study(name, records, folder=folder, **workplace):
        click.echo(record.describe())


@study.command(epilog=examples("study report", "study report quick mine.jsonl --out work/mine"))
@click.argument("names", metavar="[NAME]...", nargs=-1, type=_STUDY)
@click.option("--out", type=PATH, default="work/report", help="A folder.")
def report(names: tuple[str, ...], out: Path) -> None:
    """Write tables, figures and conclusions.

    NAME is a recorded study, or a .jsonl file of your own; by default all recorded studies.
    """
    from ..view.report import write_report

    names = names or tuple(_recordings())
    studies = {Path(name).name.removesuffix(".jsonl"): _records(name) for name in names}
    if len(studies) < len(set(names)):
        raise ValueError(f"two studies have the same name among {', '.join(names)}")
    path = write_report(studies, out)
    click.echo(f"{path}: {', '.join(studies)}")


@study.command(epilog=examples("study verify quick", "study verify mine.jsonl --sample 5 --seed 1"))
@click.argument("name", type=_STUDY)
@click.option("--sample", type=int, default=3, metavar="N", help="How many runs.")
@click.option("--seed", type=int, help="Of the draw; by default another each time.")
@click.option("--threads", type=int, default=1, show_default=True, help="Of each process.")
@folder
@workplace
def verify(name: str, sample: int, seed: int | None, folder: Path | None, **workplace: Any) -> None:
    """Train some recorded runs again.

    NAME is a recorded study, or a .jsonl file of your own.
    """
    import secrets

    from ..training.verify import verify

    records = _records(name)
    seed = secrets.randbelow(10_000) if seed is None else seed
    click.echo(f"{name}: {sample} of {len(records)} runs, drawn with --seed {seed}")
    repeated = verify(records, sample, seed, folder=folder, **workplace)
    for run in repeated:
        click.echo(run.describe())
    off = sum(not run.ok for run in repeated)
    if off:
        raise RuntimeError(f"{off} of {len(repeated)} runs did not give again what is recorded")


def _records(name: str) -> "list[RunRecord]":
    """Return the records of a study that comes with the course, or of a file."""
    from ..records.runs import RunStore, recorded

    if not name.endswith(".jsonl"):
        return recorded(name)
    if not Path(name).is_file():
        raise ValueError(f"there is no file {name}")
    return RunStore(name).records()
