"""Every lesson is committed clean, and runs top to bottom, offline, without a warning."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_CIFAR10 = os.environ.get("EFFNET_LAB_DATA")

#: Runs before the first cell.
OFFLINE = """
import socket
def _refuse(*_, **__): raise OSError("a lesson must not use the network")
socket.socket.connect = _refuse
socket.create_connection = _refuse
"""


def lesson(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_lessons():
    assert {"00_start_here", "07_accuracy_vs_macs"} <= {path.stem for path in LESSONS}


def test_lesson_is_clean(path):
    """No outputs, no counts, fixed and meaningful ids, short cells, valid format."""
    notebook = lesson(path)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in ids), ids
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 12, cell.id
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}


def test_lesson_is_written_as_jupyter_writes_it(path):
    """So that saving an unchanged lesson changes nothing."""
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_links_between_lessons_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+\.ipynb)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def run(path: Path, folder: Path, data: str) -> nbformat.NotebookNode:
    """Run a copy in a folder of its own, as a learner's clone would."""
    place = folder / "notebooks"
    place.mkdir(parents=True)
    shutil.copy(path, place)
    notebook = lesson(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(OFFLINE))
    client = NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(place)}})
    client.execute(env={**os.environ, "EFFNET_LAB_DATA": data, "MPLBACKEND": "Agg"})
    return notebook


def check_outputs(notebook: nbformat.NotebookNode) -> None:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    pages = [
        output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})
    ]
    figures = [page for page in pages if "<svg" in page or "<img" in page]
    assert figures
    for page in figures:
        assert re.search(r'(aria-label|alt)="[^"]{20,}"', page)
        assert "<table" in page


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_lesson_runs_without_cifar10(path, tmp_path):
    check_outputs(run(path, tmp_path, data=str(tmp_path / "nothing")))


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not WITH_CIFAR10, reason="needs CIFAR-10 (EFFNET_LAB_DATA)")
def test_lesson_runs_with_cifar10(path, tmp_path):
    notebook = run(path, tmp_path, data=WITH_CIFAR10)
    check_outputs(notebook)
    assert "cifar10" in json.dumps(notebook)
