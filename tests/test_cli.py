import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

import tiny
from effnet_lab import B0, RunStore, cost, recorded, scaled
from effnet_lab.cli import main
from effnet_lab.records.runs import Budget, recorded_names
from effnet_lab.records.statistics import paired, results, spearman
from effnet_lab.training import study


def run(*args):
    result = CliRunner().invoke(main, args)
    return result.exit_code, result.stdout, result.stderr


def test_cost_prints_what_cost_computes():
    status, out, _ = run("cost", "b0")
    assert status == 0
    total = next(line for line in out.splitlines() if line.startswith("total"))
    assert total.split() == ["total", "5,288,548", "385,814,752", "6,748,036"]


@pytest.mark.parametrize("by", ["kind", "stage", "layer"])
def test_cost_rows_add_up(by):
    _, out, _ = run("cost", "b1", "--by", by)
    rows = [line.split() for line in out.splitlines()[2:]]
    values = [[int(cell.replace(",", "")) for cell in row[-3:]] for row in rows]
    assert [sum(column) for column in zip(*values[:-1], strict=True)] == values[-1]


def test_cost_shows_ideal_beside_actual():
    _, out, _ = run("cost", "b0", "--width", "1.4")
    assert f"{cost(scaled(B0, width=1.4)).macs:,}" in out
    ideal, actual = (line.split() for line in out.splitlines()[-2:])
    assert ideal[0] == "ideal"
    assert ideal[-1] == "1.96x"
    assert actual[0] == "actual"


@pytest.mark.parametrize(
    ("status", "args", "message"),
    [
        (2, ["cost", "b9"], "network is 'b9'; it must be one of b0"),
        (1, ["cost", "b0", "--width", "0"], "width is 0.0; it must be a number from 0.01 to 32"),
        (2, ["train", "--budget", "soon"], "budget is 'soon'; it must be like '30s'"),
        (
            2,
            ["curve", "--budget", "-3m"],
            "budget is '-3m', a negative duration: seconds is -180.0; it must be a number from 0.1",
        ),
        (1, ["train", "--data", "mnist"], "mnist"),
        (1, ["curve", "--out", "curve.doc"], "curve.doc"),
        (1, ["study", "nonsense"], "study is 'nonsense'; it must be one of scaling"),
        (1, ["study", "run", "nonsense"], "study is 'nonsense'; it must be one of scaling"),
        (1, ["study", "report", "nonsense"], "no recording 'nonsense'; there are: "),
        (1, ["study", "report", "none.jsonl"], "there is no file none.jsonl"),
        (1, ["study", "verify", "nonsense"], "no recording 'nonsense'; there are: "),
        (1, ["study", "verify", "toy", "--sample", "0"], "sample"),
        (
            2,
            ["study", "toy", "--workers", "2", "--scheduler", "tcp://localhost:1"],
            "--workers is not allowed with --scheduler",
        ),
        (2, [], "COMMAND"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(tmp_path, monkeypatch, status, args, message):
    monkeypatch.chdir(tmp_path)
    ended, _, err = run(*args)
    assert ended == status
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_whoever_stops_reading_early_is_not_told():
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "effnet_lab.cli", "cost", "b7", "--by", "layer"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""


def commands(group=main, *words):
    """Each command with its words, those within groups among them."""
    for name, command in group.commands.items():
        yield (*words, name), command
        yield from commands(command, *words, name) if isinstance(command, click.Group) else ()


@pytest.mark.parametrize(("words", "command"), list(commands()))
def test_help_ends_with_calls_that_are_understood(monkeypatch, words, command):
    status, out, _ = run(*words, "--help")
    assert status == 0
    calls = [line.strip() for line in out.splitlines() if line.startswith("    effnet-lab ")]
    assert calls or isinstance(command, click.Group)
    monkeypatch.setattr(command, "callback", lambda **values: None)
    for call in calls:
        assert run(*shlex.split(call)[1:])[0] == 0, call


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("cost b", "b7"),
        ("study report s", "scaling"),
        ("exercise start 0", "01_counting_cost"),
        ("exercise s", "status"),
    ],
)
def test_a_shell_completes_names(words, known):
    env = {
        "_EFFNET_LAB_COMPLETE": "bash_complete",
        "COMP_WORDS": f"effnet-lab {words}",
        "COMP_CWORD": str(len(words.split())),
    }
    result = CliRunner().invoke(main, env=env, prog_name="effnet-lab")
    assert f"plain,{known}" in result.stdout.splitlines()


def test_train_appends_a_record(tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    args = ["train", "--data", "toy", "--budget", "512 pictures", "--threads", "1"]
    status, out, _ = run(*args, "--width", "0.5", "--store", str(store.path))
    assert status == 0
    (record,) = store
    assert record.describe() in out
    assert record.spec.width_mult == 0.5


@pytest.fixture
def tiny_study(monkeypatch):
    """Make "toy" a study of two seeds of one tiny network."""
    budget, seeds = "512 pictures", (0, 1)
    declared = study.Study("toy", budget, lambda: [study.Member(tiny.NET)], seeds)
    monkeypatch.setitem(study.STUDIES, "toy", declared)


def test_no_study_is_named_like_an_action():
    assert not main.commands["study"].commands.keys() & study.STUDIES.keys()


@pytest.mark.slow
def test_a_study_is_run_and_described(tmp_path, tiny_study):
    store = RunStore(tmp_path / "toy.jsonl")
    status, out, _ = run("study", "toy", "--store", str(store.path), "--workers", "1")
    assert status == 0
    assert [record.plan.seed for record in store] == [0, 1]
    assert out.splitlines()[1:] == [record.describe() for record in store]


@pytest.mark.parametrize(
    "words", [["toy"], ["run", "toy"], ["--workers", "3", "toy"], ["run", "toy", "--workers", "3"]]
)
def test_a_study_can_be_asked_for_in_short_and_in_full(monkeypatch, words):
    calls = []
    monkeypatch.setattr(
        study, "run_study", lambda *args, **named: calls.append((args, named)) or []
    )
    assert run("study", *words, "--store", "x.jsonl", "--folder", "there")[0] == 0
    (((name, store), named),) = calls
    assert name == "toy"
    assert str(store.path) == "x.jsonl"
    workers = 3 if "3" in words else None
    assert named == {"folder": Path("there"), "workers": workers, "scheduler": None}


@pytest.mark.slow
def test_verify_finds_records_again_or_fails(tmp_path, tiny_study):
    store = RunStore(tmp_path / "toy.jsonl")
    run("study", "toy", "--store", str(store.path))
    verify = ["study", "verify", str(store.path), "--sample", "2", "--workers", "2"]
    status, out, _ = run(*verify)
    assert status == 0
    assert out.count("equal, bit for bit") == 2
    forged = RunStore(tmp_path / "forged.jsonl")
    for record in store:
        forged.append(replace(record, test_accuracy=record.test_accuracy + 0.01))
    verify[2] = str(forged.path)
    status, out, err = run(*verify, "--seed", "3")
    assert status == 1
    assert "drawn with --seed 3" in out
    assert out.count("OFF tiny, seed ") == 2
    assert "2 of 2 runs did not give again what is recorded" in err


@pytest.mark.slow
def test_report_is_written_of_all_recorded_studies_without_torch(tmp_path):
    code = """
import sys
from effnet_lab.cli import main
main(sys.argv[1:], standalone_mode=False)
assert "torch" not in sys.modules
"""
    command = [sys.executable, "-c", code, "study", "report", "--out", str(tmp_path / "report")]
    subprocess.run(command, check=True, capture_output=True)
    text = (tmp_path / "report" / "report.md").read_text()
    for name in recorded_names():
        assert f"\n## {name}\n" in text
        assert (tmp_path / "report" / f"{name}.svg").exists()


def test_report_takes_a_file_of_ones_own(tmp_path):
    store = RunStore(tmp_path / "mine.jsonl")
    for record in recorded("toy"):
        store.append(record)
    status, out, _ = run("study", "report", str(store.path), "--out", str(tmp_path / "r"))
    assert status == 0
    assert "report.md: mine" in out
    assert "## mine" in (tmp_path / "r" / "report.md").read_text()


def test_data_status_answers_without_data(tmp_path):
    status, out, _ = run("data", "status", "--folder", str(tmp_path))
    assert status == 0
    assert str(tmp_path) in out


def test_data_verify_fails_without_data(tmp_path):
    status, _, err = run("data", "verify", "--folder", str(tmp_path))
    assert status == 1
    assert str(tmp_path) in err


@pytest.mark.slow
def test_curve_draws_and_keeps_an_older_picture(tmp_path):
    out = tmp_path / "curve.png"
    out.write_bytes(b"an older picture")
    args = ["curve", "--data", "toy", "--budget", "128 pictures", "--out", str(out)]
    status, printed, _ = run(*args)
    assert status == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "Too early to tell: " in printed  # no network learns anything from half a batch
    assert "buys" not in printed
    (backup,) = set(tmp_path.glob("curve.*.png"))
    assert backup.read_bytes() == b"an older picture"
    families = {record.family for record in RunStore(tmp_path / "curve.runs.jsonl")}
    assert families == {"base", "width", "depth", "resolution", "compound"}


def test_curve_goes_to_a_cluster_and_tells_whether_it_ranks_as_the_long_study(
    tmp_path, monkeypatch
):
    asked = {}

    def train_curve(data, budget, store, **options):
        asked.update(options, budget=budget)
        return recorded("quick")

    test = SimpleNamespace(labels=range(10_000))
    fingerprint = recorded("quick")[0].plan.fingerprint
    same_data = SimpleNamespace(fingerprint=fingerprint, classes=range(10), test=test)
    monkeypatch.setattr("effnet_lab.training.study.train_curve", train_curve)
    monkeypatch.setattr("effnet_lab.training.data.load_data", lambda *_: same_data)
    args = ["curve", "--scheduler", "tcp://host:8786", "--out", str(tmp_path / "curve.svg")]
    status, printed, _ = run(*args)
    assert status == 0
    assert (asked["scheduler"], asked["workers"]) == ("tcp://host:8786", None)
    assert asked["budget"] == Budget(seconds=900)
    pairs = paired(results(recorded("quick")), results(recorded("scaling")))
    value = spearman([a.mean for a, _ in pairs], [b.mean for _, b in pairs])
    assert f"this curve and scaling: Spearman {value:+.2f} over {len(pairs)} networks" in printed
