import subprocess
import sys

import pytest

from effnet_lab import B0, RunStore, cost, scaled
from effnet_lab.cli import main


def run(capsys, *args):
    status = main(list(args))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_cost_prints_what_cost_computes(capsys):
    status, out, _ = run(capsys, "cost", "b0")
    assert status == 0
    total = next(line for line in out.splitlines() if line.startswith("total"))
    assert total.split() == ["total", "5,288,548", "385,814,752", "6,748,036"]


@pytest.mark.parametrize("by", ["kind", "stage", "layer"])
def test_cost_rows_add_up(capsys, by):
    _, out, _ = run(capsys, "cost", "b1", "--by", by)
    rows = [line.split() for line in out.splitlines()[2:]]
    values = [[int(cell.replace(",", "")) for cell in row[-3:]] for row in rows]
    assert [sum(column) for column in zip(*values[:-1], strict=True)] == values[-1]


def test_cost_shows_ideal_beside_actual(capsys):
    _, out, _ = run(capsys, "cost", "b0", "--width", "1.4")
    assert f"{cost(scaled(B0, width=1.4)).macs:,}" in out
    ideal, actual = (line.split() for line in out.splitlines()[-2:])
    assert ideal[0] == "ideal"
    assert ideal[-1] == "1.96x"
    assert actual[0] == "actual"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["cost", "b9"], "network is 'b9'; it must be one of b0"),
        (["cost", "b0", "--width", "0"], "width is 0.0; it must be a number from 0.01 to 32"),
        (["train", "--budget", "soon", "--data", "toy"], "budget is 'soon'"),
        (["train", "--data", "mnist"], "mnist"),
        (["curve", "--out", "curve.doc"], "curve.doc"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(capsys, tmp_path, monkeypatch, args, message):
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, *args)
    assert status == 1
    assert message in err
    assert err.startswith("effnet-lab: ")
    assert list(tmp_path.iterdir()) == []


def test_no_command_shows_usage():
    done = subprocess.run(
        [sys.executable, "-m", "effnet_lab.cli"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "COMMAND" in done.stderr


def test_train_appends_a_record(capsys, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    args = ["train", "--data", "toy", "--budget", "512 pictures", "--threads", "1"]
    status, out, _ = run(capsys, *args, "--width", "0.5", "--store", str(store.path))
    assert status == 0
    (record,) = store
    assert record.describe() in out
    assert record.spec.width_mult == 0.5


def test_data_status_answers_without_data(capsys, tmp_path):
    status, out, _ = run(capsys, "data", "status", "--folder", str(tmp_path))
    assert status == 0
    assert str(tmp_path) in out


def test_data_verify_fails_without_data(capsys, tmp_path):
    status, _, err = run(capsys, "data", "verify", "--folder", str(tmp_path))
    assert status == 1
    assert str(tmp_path) in err


@pytest.mark.slow
def test_curve_draws_and_keeps_an_older_picture(capsys, tmp_path):
    out = tmp_path / "curve.png"
    out.write_bytes(b"an older picture")
    args = ["curve", "--data", "toy", "--budget", "128 pictures", "--out", str(out)]
    status, printed, _ = run(capsys, *args)
    assert status == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "MACs" in printed
    (backup,) = set(tmp_path.glob("curve.*.png"))
    assert backup.read_bytes() == b"an older picture"
    families = {record.family for record in RunStore(tmp_path / "curve.runs.jsonl")}
    assert families == {"base", "width", "depth", "resolution", "compound"}
