"""`effnet-lab`: the commands that the Makefile, learners and teachers call.

Each command imports what it needs when it runs, so that `effnet-lab cost b0` answers at once.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .arch import CIFAR_BASE, VARIANTS, NetworkSpec, cost, multipliers, scaled

if TYPE_CHECKING:
    from .exercises.task import Assignment
    from .records.runs import RunRecord

NETWORKS = {**VARIANTS, CIFAR_BASE.name: CIFAR_BASE}

#: What can be done with a study; no study may have such a name.
STUDY_ACTIONS = ("run", "report", "verify")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed, 2 wrongly called."""
    args = _parser().parse_args(_in_full(sys.argv[1:] if argv is None else argv))
    try:
        args.run(args)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"effnet-lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("effnet-lab: stopped", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="effnet-lab", description="EfficientNet from the inside.")
    parser.add_argument("--version", action="version", version=f"effnet-lab {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_cost(commands.add_parser("cost", help="price a network, without building it"))
    _add_data(commands.add_parser("data", help="look for, fetch or check CIFAR-10"))
    _add_train(commands.add_parser("train", help="train one network for a short while"))
    _add_curve(commands.add_parser("curve", help="train a family, draw accuracy against MACs"))
    _add_study(commands.add_parser("study", help="carry out, report or verify recorded runs"))
    _add_exercise(commands.add_parser("exercise", help="start, reset, list or grade exercises"))
    return parser


def _in_full(argv: Sequence[str]) -> list[str]:
    """Write `study NAME ...` as `study run NAME ...`."""
    args = list(argv)
    if args[:1] == ["study"] and args[1:] and args[1] not in (*STUDY_ACTIONS, "-h", "--help"):
        args.insert(1, "run")
    return args


def _add_network(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "network",
        nargs="?" if default else None,
        default=default,
        help=f"one of {', '.join(NETWORKS)}",
    )
    for name in ("width", "depth", "resolution"):
        parser.add_argument(
            f"--{name}", type=float, default=1.0, metavar="X", help=f"scale its {name} by X"
        )


def _network(args: argparse.Namespace) -> NetworkSpec:
    if args.network not in NETWORKS:
        raise ValueError(f"network is {args.network!r}; it must be one of {', '.join(NETWORKS)}")
    return scaled(NETWORKS[args.network], args.width, args.depth, args.resolution)


def _add_training(parser: argparse.ArgumentParser, budget: str) -> None:
    parser.add_argument("--data", default="auto", help="auto, cifar10 or toy (default: auto)")
    parser.add_argument("--folder", type=Path, help="where CIFAR-10 lies")
    parser.add_argument(
        "--budget", default=budget, help=f"such as 30s, 5m, '4 epochs' (default: {budget})"
    )
    parser.add_argument("--seed", type=int, default=0)


def _add_workers(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, help="processes (default: one for each core)")
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster there, such as tcp://host:8786 (needs effnet-lab[dask])",
    )


# --- cost ---------------------------------------------------------------------------------------


def _add_cost(parser: argparse.ArgumentParser) -> None:
    _add_network(parser)
    parser.add_argument("--by", choices=("kind", "stage", "layer"), default="stage")
    parser.set_defaults(run=_cost)


def _cost(args: argparse.Namespace) -> None:
    spec = _network(args)
    price = cost(spec)
    print(f"{spec.name} at {spec.resolution} x {spec.resolution} pixels")
    rows: list[tuple[str, int, int, int]]
    if args.by == "layer":
        rows = [(row.name, row.params, row.macs, row.activations) for row in price.layers]
    else:
        sums = price.by_kind() if args.by == "kind" else price.by_stage()
        rows = [(str(label), *totals) for label, totals in sums.items()]
    width = max(len(args.by), *(len(row[0]) for row in rows)) + 2
    print(f"{args.by:{width}}{'parameters':>14}{'MACs':>18}{'activations':>16}")
    for label, params, macs, activations in [
        *rows,
        ("total", price.params, price.macs, price.activations),
    ]:
        print(f"{label:{width}}{params:14,}{macs:18,}{activations:16,}")
    baseline = NETWORKS[args.network]
    if spec != baseline:
        ideal, actual = multipliers(spec, baseline)
        print(f"\nover {baseline.name}:   width    depth    resolution    MACs")
        for name, ratios in (("ideal", ideal), ("actual", actual)):
            print(
                f"{name:12}{ratios.width:7.3g}x {ratios.depth:7.3g}x "
                f"{ratios.resolution:12.3g}x {ratios.macs:6.3g}x"
            )


# --- data ---------------------------------------------------------------------------------------


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("status", "download", "verify"))
    parser.add_argument("--folder", type=Path, help="where CIFAR-10 lies, or shall lie")
    parser.set_defaults(run=_data)


def _data(args: argparse.Namespace) -> None:
    from .training import data

    if args.action == "download":
        print(f"CIFAR-10 is in {data.download(args.folder)}")
    else:
        print({"status": data.status, "verify": data.verify}[args.action](args.folder))


# --- train --------------------------------------------------------------------------------------


def _add_train(parser: argparse.ArgumentParser) -> None:
    _add_network(parser, default=CIFAR_BASE.name)
    _add_training(parser, budget="60s")
    parser.add_argument(
        "--threads",
        type=int,
        help="threads of torch (default: one or all, whichever is faster now)",
    )
    parser.add_argument(
        "--store", type=Path, default=Path("work/runs.jsonl"), help="where the record goes"
    )
    parser.add_argument("--checkpoint", type=Path, help="resume from and save to this file")
    parser.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> None:
    from dataclasses import replace

    from .records.runs import RunStore
    from .training.data import load_data
    from .training.train import quick_train

    data = load_data(args.data, args.folder)
    spec = replace(_network(args), num_classes=len(data.classes))
    store = RunStore(args.store)
    record = quick_train(
        spec, data, args.budget, args.seed, threads=args.threads, checkpoint=args.checkpoint
    )
    store.append(record)
    print(record.describe())
    print(f"recorded in {store.path}")


# --- curve --------------------------------------------------------------------------------------


def _add_curve(parser: argparse.ArgumentParser) -> None:
    _add_training(parser, budget="15m")
    parser.add_argument("--out", type=Path, default=Path("curve.png"), help="a .png or .svg file")
    _add_workers(parser)
    parser.set_defaults(run=_curve)


def _curve(args: argparse.Namespace) -> None:
    from ._files import keep_backup
    from .records.runs import RunStore, recorded
    from .records.statistics import results
    from .training.data import load_data
    from .training.study import train_curve
    from .view.picture import require_format
    from .view.plots.accuracy import accuracy_vs_macs
    from .view.report import rankings

    require_format(args.out)
    data = load_data(args.data, args.folder)
    store = RunStore(args.out.with_suffix(".runs.jsonl"))
    records = train_curve(
        data, args.budget, store, seeds=[args.seed], workers=args.workers,
        scheduler=args.scheduler, folder=args.folder,
    )  # fmt: skip
    picture = accuracy_vs_macs(records)
    keep_backup(args.out)
    picture.save(args.out)
    print(picture.alt)
    long = recorded("scaling")
    if data.fingerprint == long[0].plan.fingerprint:
        for line in rankings({"this curve": results(records), "scaling": results(long)}):
            print(line)
    print(f"drawn in {args.out}; the records are in {store.path}")


# --- study --------------------------------------------------------------------------------------


def _add_study(parser: argparse.ArgumentParser) -> None:
    parser.description = "`study NAME` is short for `study run NAME`."
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    _add_study_run(actions.add_parser("run", help="carry out a declared study, or what is left"))
    _add_study_report(actions.add_parser("report", help="write tables, figures and conclusions"))
    _add_study_verify(actions.add_parser("verify", help="train some recorded runs again"))


def _add_study_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="which one; a wrong name lists those there are")
    parser.add_argument("--folder", type=Path, help="where CIFAR-10 lies")
    parser.add_argument("--store", type=Path, help="where records go (default: work/NAME.jsonl)")
    _add_workers(parser)
    parser.set_defaults(run=_study_run)


def _study_run(args: argparse.Namespace) -> None:
    from .records.runs import RunStore
    from .training.study import run_study

    store = RunStore(args.store or Path("work") / f"{args.name}.jsonl")
    records = run_study(
        args.name, store, folder=args.folder, workers=args.workers, scheduler=args.scheduler
    )
    for record in records:
        print(record.describe())


def _add_study_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="recorded studies, or .jsonl files of your own (default: all recorded studies)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("work/report"), help="a folder (default: work/report)"
    )
    parser.set_defaults(run=_study_report)


def _study_report(args: argparse.Namespace) -> None:
    from .records.runs import recorded_names
    from .view.report import write_report

    names = args.names or recorded_names()
    studies = {Path(name).name.removesuffix(".jsonl"): _study_records(name) for name in names}
    if len(studies) < len(set(names)):
        raise ValueError(f"two studies have the same name among {', '.join(names)}")
    path = write_report(studies, args.out)
    print(f"{path}: {', '.join(studies)}")


def _add_study_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="a recorded study, or a .jsonl file of your own")
    parser.add_argument(
        "--sample", type=int, default=3, metavar="N", help="how many runs (default: 3)"
    )
    parser.add_argument("--seed", type=int, help="of the draw (default: another each time)")
    parser.add_argument("--folder", type=Path, help="where CIFAR-10 lies")
    _add_workers(parser)
    parser.set_defaults(run=_study_verify)


def _study_verify(args: argparse.Namespace) -> None:
    import secrets

    from .training.verify import verify

    records = _study_records(args.name)
    seed = secrets.randbelow(10_000) if args.seed is None else args.seed
    print(f"{args.name}: {args.sample} of {len(records)} runs, drawn with --seed {seed}")
    verdicts = verify(
        records, args.sample, seed, folder=args.folder, workers=args.workers,
        scheduler=args.scheduler,
    )  # fmt: skip
    for verdict in verdicts:
        print(verdict.describe())
    off = sum(not verdict.ok for verdict in verdicts)
    if off:
        raise RuntimeError(f"{off} of {len(verdicts)} runs did not give again what is recorded")


def _study_records(name: str) -> "list[RunRecord]":
    """Return the records of a study that comes with the course, or of a file."""
    from .records.runs import RunStore, recorded

    if not name.endswith(".jsonl"):
        return recorded(name)
    if not Path(name).is_file():
        raise ValueError(f"there is no file {name}")
    return RunStore(name).records()


# --- exercise -----------------------------------------------------------------------------------


def _add_exercise(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    for name, run, what in (
        ("start", _exercise_start, "copy an exercise into work/, unless it is there already"),
        ("reset", _exercise_reset, "start anew; the old copy is kept under a dated name"),
    ):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument("assignment", help="such as 02 or mbconv")
        action.set_defaults(run=run, parser=action)
    status = actions.add_parser("status", help="list all exercises and how far they are")
    status.set_defaults(run=_exercise_status)
    grade = actions.add_parser("grade", help="grade a notebook in a process of its own")
    grade.add_argument("path", type=Path, help="a notebook, its folder, or such as 02")
    grade.add_argument("--seed", type=int, help="of the inputs (default: another each time)")
    grade.set_defaults(run=_exercise_grade, parser=grade)


def _assignment(args: argparse.Namespace) -> "Assignment":
    from .exercises.task import find_assignment

    try:
        return find_assignment(args.assignment)
    except ValueError as error:
        _wrong_call(args, error)


def _wrong_call(args: argparse.Namespace, error: Exception) -> NoReturn:
    parser: argparse.ArgumentParser = args.parser
    parser.error(str(error))


def _exercise_start(args: argparse.Namespace) -> None:
    from .exercises.working_copy import start

    copy, new = start(_assignment(args))
    state = "is yours to work in" if new else "is there already: nothing was changed"
    print(f"{copy.notebook} {state}")


def _exercise_reset(args: argparse.Namespace) -> None:
    from .exercises.working_copy import reset

    copy, backup = reset(_assignment(args))
    if backup:
        print(f"the old copy is now {backup}")
    print(f"{copy.notebook} is new")


def _exercise_status(args: argparse.Namespace) -> None:
    from .exercises.learner.progress import read_progress
    from .exercises.working_copy import working_copies

    progress, aside = read_progress()
    if aside:
        print(f"the progress could not be read; it is now {aside}")
    for copy in working_copies():
        assignment = copy.assignment
        points = progress.points(assignment)
        state = "started" if copy.started else "not started"
        if any(task.name in progress.tasks for task in assignment.tasks):
            state = f"{points:g} of {assignment.points:g} points checked"
        print(f"{assignment.folder:22}{state}")


def _notebook(path: Path) -> Path:
    """Return the notebook at a path, or in the working copy of the assignment of that name."""
    from .exercises.notebook import notebook_at
    from .exercises.task import find_assignment
    from .exercises.working_copy import working_copy

    if path.exists():
        return notebook_at(path)
    try:
        assignment = find_assignment(str(path))
    except ValueError:
        return notebook_at(path)  # which says that there is none
    return notebook_at(working_copy(assignment).folder)


def _exercise_grade(args: argparse.Namespace) -> None:
    from .exercises.grader.grading import grade

    try:
        print(grade(_notebook(args.path), args.seed))
    except (OSError, ValueError) as error:
        _wrong_call(args, error)


if __name__ == "__main__":
    sys.exit(main())
