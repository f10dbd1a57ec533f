"""Every lesson is committed clean, and runs top to bottom, offline, without a warning."""

import json
import os
import re
import shutil
from inspect import getsource, signature
from pathlib import Path

import nbformat
import pytest
from claims import output_texts, unbacked_claims
from nbclient import NotebookClient

from effnet_lab.lessons import ask
from effnet_lab.lessons.question_card import lessons_asking, questions_of
from effnet_lab.lessons.twins import MARK, twins

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
USE_DATA = [path for path in LESSONS if "load_data" in path.read_text(encoding="utf-8")]
WITH_CIFAR10 = os.environ.get("EFFNET_LAB_DATA")

NUMBER = r"\d+(?:\.\d+)?"

#: Runs before the first cell.
OFFLINE = """
import socket
def _refuse(*_, **__): raise OSError("a lesson must not use the network")
socket.socket.connect = _refuse
socket.create_connection = _refuse
"""


def lesson(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def marked(paths: list[Path]) -> list:
    """Lessons as parameters; those that train are slow."""
    slow = {"00_start_here", "06_quick_training", "07_accuracy_vs_macs"}
    return [
        pytest.param(path, id=path.stem, marks=pytest.mark.slow if path.stem in slow else ())
        for path in paths
    ]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_lessons():
    numbers = {path.stem[:2] for path in LESSONS}
    assert {"00", "01", "02", "03", "04", "05", "06", "07"} <= numbers


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_lesson_has_its_parts(path):
    """Minutes of its sections that add up to its own, what to know before, take-aways, sources."""
    prose = "\n".join(c.source for c in lesson(path).cells if c.cell_type == "markdown")
    total = int(re.search(r"(?m)^\*(\d+) minutes\. Before: \[", prose)[1])
    minutes = [int(found) for found in re.findall(r"(?m)^## .*\((\d+) min\)$", prose)]
    assert sum(minutes) == total
    for part in ("## Break it", "## Take with you", "*Source"):
        assert part in prose


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_lesson_asks(path):
    """Two predictions and two quiz questions at least; an exercise, and widgets with twins."""
    asked = [getsource(question(name)) for name in asked_in(path)]
    assert sum("return quiz(" in source for source in asked) >= 2
    assert sum("return quiz(" not in source for source in asked) >= 2
    prose = "\n".join(c.source for c in lesson(path).cells if c.cell_type == "markdown")
    assert "## Exercise" in prose
    assert "(../exercises/README.md)" in prose
    assert MARK in prose


#: How a question is shown: it stands in `effnet_lab/lessons/asked/`.
ASK = re.compile(r'\bask\(\s*"([^"]*)"')


def asked_in(path: Path) -> list[str]:
    """Names of the questions of a lesson."""
    code = "\n".join(cell.source for cell in lesson(path).cells if cell.cell_type == "code")
    return ASK.findall(code)


def question(name: str):
    place, _, function = name.partition(".")
    return questions_of(place)[function]


def test_the_source_of_a_question_is_hidden(path):
    """And holds nothing but its name and what the lesson gives it."""
    for cell in lesson(path).cells:
        if cell.cell_type == "code" and "effnet_lab.lessons import ask" not in cell.source:
            assert not re.search(r"\b(predict|quiz|Question)\b", cell.source), cell.id
        if cell.cell_type == "code" and ASK.search(cell.source):
            assert cell.metadata.get("jupyter", {}).get("source_hidden") is True, cell.id
            assert "hide-input" in cell.metadata.get("tags", []), cell.id
            assert not re.search(r"\b(answer|choices|why)\b", cell.source), cell.id


def test_no_reason_of_a_question_stands_in_its_lesson(path):
    page = "\n".join(cell.source for cell in lesson(path).cells)
    for name in asked_in(path):
        if not signature(question(name)).parameters:
            asked = question(name)()
            reasons = filter(None, (asked.why, *asked.choices.values()))
            assert not any(reason in page for reason in reasons), name


def test_every_question_is_asked_once():
    names = [name for path in LESSONS for name in asked_in(path)]
    known = {f"{place}.{name}" for place in lessons_asking() for name in questions_of(place)}
    assert set(names) == known
    # Some take what they ask about.
    repeated = {name for name in names if names.count(name) > 1}
    assert all(signature(question(name)).parameters for name in repeated)


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


def test_links_lead_somewhere(path):
    prose = [cell.source for cell in lesson(path).cells if cell.cell_type == "markdown"]
    for target in re.findall(r"\]\(([^)#:\s]+)\)", "\n".join(prose)):
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


def check_twins(notebook: nbformat.NotebookNode, name: str) -> None:
    """The twins are those of the widgets as they are; measured numbers may differ a little."""
    for twin in twins(notebook.cells, name):
        written = notebook.cells[twin.place].source
        assert re.sub(NUMBER, "#", written) == re.sub(NUMBER, "#", twin.markdown), "make twins"
        pairs = zip(re.findall(NUMBER, written), re.findall(NUMBER, twin.markdown), strict=True)
        for old, new in pairs:
            assert float(old) == pytest.approx(float(new), rel=0.02, abs=0.2), "make twins"
        assert (ROOT / "notebooks" / "pictures" / twin.picture_name).exists(), "make twins"


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


def spoiled_answers(notebook: nbformat.NotebookNode) -> list[str]:
    """Numbers that are asked for, and stand above their question in its section."""
    found, above = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            above = (above + cell.source).rpartition("\n## ")[2]
            continue
        for output in cell.outputs:
            card = output.get("data", {}).get("text/html", "")
            answer = re.search(r">Answer</summary>.*?<strong>(\d[\d.,]*\d)", card)
            # A choice is offered anyway. A number of one or two digits may be anything.
            if answer and "<li>" not in card and len(re.sub(r"\D", "", answer[1]).strip("0")) > 2:
                told = rf"(?<![\d.,]){re.escape(answer[1])}(?![\d])"
                found += [answer[1]] if re.search(told, above) else []
        above += " ".join(output_texts(cell))
    return found


@pytest.mark.parametrize(
    ("above", "spoiled"),
    [
        ("About 97.8 times.", ["97.8"]),
        ("About 97.8 times.\n\n## Next", []),
        ("About 197.8 times, or 97.85.", []),
    ],
)
def test_an_answer_above_its_question_is_found(above, spoiled):
    page = {"text/html": ask("compound.b7_macs").static_html()}
    output = nbformat.v4.new_output("display_data", page)
    cells = [nbformat.v4.new_markdown_cell(above), nbformat.v4.new_code_cell(outputs=[output])]
    assert spoiled_answers(nbformat.v4.new_notebook(cells=cells)) == spoiled


@pytest.mark.timeout(400)
@pytest.mark.parametrize("path", marked(LESSONS))
def test_lesson_runs_without_cifar10(path, tmp_path):
    notebook = run(path, tmp_path, data=str(tmp_path / "nothing"))
    check_outputs(notebook)
    del notebook.cells[0]  # the one that closed the network
    check_twins(notebook, path.stem)
    assert unbacked_claims(notebook) == []
    assert spoiled_answers(notebook) == []


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not WITH_CIFAR10, reason="needs CIFAR-10 (EFFNET_LAB_DATA)")
@pytest.mark.parametrize("path", USE_DATA, ids=lambda path: path.stem)
def test_lesson_runs_with_cifar10(path, tmp_path):
    notebook = run(path, tmp_path, data=WITH_CIFAR10)
    check_outputs(notebook)
    assert "cifar10" in json.dumps(notebook)
