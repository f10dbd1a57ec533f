"""Every assignment: its checks, its notebooks, and what is derived from them."""

import ast
import json
import re
from pathlib import Path
from random import Random

import nbformat
import numpy as np
import pytest

from effnet_lab._slips import pairs
from effnet_lab.exercises.assignment import ASSIGNMENTS, NAMES
from effnet_lab.exercises.author.audit import Workbench, audit
from effnet_lab.exercises.author.derive import completed, exercise_text, notebook_text
from effnet_lab.exercises.grader.grading import grade
from effnet_lab.exercises.notebook import TEXT_STUB
from effnet_lab.exercises.plain import plain, same
from effnet_lab.exercises.telling import outcomes

ROOT = Path(__file__).parent.parent.parent
TASKS = ROOT / "effnet_lab" / "exercises" / "tasks"


@pytest.fixture
def assignment(assignment_name):
    return ASSIGNMENTS[assignment_name]


@pytest.fixture
def solution(assignment):
    return ROOT / "solutions" / assignment.folder / f"{assignment.folder}.ipynb"


@pytest.fixture
def exercise(assignment):
    return ROOT / "exercises" / assignment.folder / f"{assignment.folder}.ipynb"


def cells(path):
    return nbformat.read(path, as_version=4).cells


def by_id(path):
    return {cell.id: cell for cell in cells(path)}


def headings_of(lesson):
    """Headings of a lesson, without their minutes."""
    texts = [c.source for c in cells(ROOT / "notebooks" / f"{lesson}.ipynb")]
    found = re.findall(r"^##+ (.*?)(?: \(\d+ min\))?$", "\n".join(texts), re.MULTILINE)
    return set(found)


def grader(cell):
    return cell.metadata.get("nbgrader", {})


# Where the lesson treats what is asked


def test_each_task_of_a_lesson_has_a_section_of_it(assignment):
    asked = {part.name.rpartition(".")[2] for part in assignment.parts}
    assert set(assignment.sections) == (asked if assignment.lesson else set())
    for part in assignment.parts:
        assert bool(assignment.section(part.name)) == bool(assignment.lesson)
    headings = headings_of(assignment.lesson) if assignment.lesson else set()
    assert set(assignment.sections.values()) <= headings


# The checks


def test_every_slip_is_named_and_every_right_answer_accepted(assignment):
    """A sample of what `make exercises-audit` does: one seed, no changes of the solution."""
    found = audit(assignment, [100], with_mutants=False, course=ROOT)
    assert found.tallies["written"].total >= 3 * len(assignment.tasks)
    assert not found.problems, str(found)


def test_two_slips_at_once_are_named(assignment):
    """In every task that compares results: some of its pairs, fed back."""
    bench = Workbench(assignment, ROOT)
    for task in assignment.tasks:
        if task.judge:
            continue
        cases, named = task.inputs(0)["cases"], []
        right = outcomes(task.reference, cases)
        both = list(pairs((*task.written_slips, *task.generic_slips), task.reference))
        for pair in Random(task.name).sample(both, 40):
            given = outcomes(pair.gives, cases)
            if given and not same(given, right):
                result = bench.judge_function(task, task.as_answer(pair.gives), [0])
                assert result.slip or result.passed, f"{task.name}: {pair.name}: {result.message}"
                named.append("Two things: (1)" in result.message)
        assert any(named), task.name


def test_inputs_are_plain_and_differ_from_seed_to_seed(assignment):
    for task in assignment.tasks:
        drawn = [task.inputs(seed) for seed in range(4)]
        assert same(plain(drawn), drawn), task.name
        assert same(task.inputs(3), drawn[3]), f"{task.name}: the same seed gives other inputs"
        for n, one in enumerate(drawn):
            assert not any(same(one, other) for other in drawn[:n]), task.name


ODD = [
    None,
    True,
    0,
    -1,
    1,
    3.5,
    float("nan"),
    float("inf"),
    10**300,
    "",
    "text",
    [],
    [None],
    [[]],
    [1, 2, 3],
    {},
    {"results": None},
    {"results": [], "after": []},
    {"results": 3, "after": 3},
    np.zeros(0),
    np.zeros((2, 3)),
    np.full(3, np.nan),
    np.array([True]),
    np.float64(2).reshape(()),
]


def test_no_judge_raises_or_accepts_an_odd_answer(assignment):
    for task in assignment.tasks:
        inputs = task.inputs(5)
        for odd in [*ODD, *([odd] * 3 for odd in ODD), *({"results": [odd] * 9} for odd in ODD)]:
            result = task.judged(inputs, plain(odd))
            assert not result.passed, f"{task.name} accepts {odd!r}"
            assert result.points == 0


@pytest.mark.slow
def test_no_judge_accepts_an_answer_of_which_a_part_is_missing(assignment):
    """Nor does it raise: any part of a right answer may be None, text or another number."""
    bench = Workbench(assignment, ROOT)
    for task in assignment.tasks:
        inputs = task.inputs(6)
        right = plain(task.probed(bench.solved, task.inputs(6)))
        assert task.judged(inputs, right).passed
        ways = list(spoilt(right))
        for spoiled in Random(0).sample(ways, min(100, len(ways))):
            assert not task.judged(inputs, spoiled).passed, f"{task.name} accepts {spoiled}"


def spoilt(value):
    """Yield copies of plain data with one part replaced."""
    yield from (other for other in (None, "text", [], -7.25) if not same(other, value))
    if isinstance(value, list):
        for n, item in enumerate(value):
            yield [*value[:n], *value[n + 1 :]]
            yield from ([*value[:n], other, *value[n + 1 :]] for other in spoilt(item))
    if isinstance(value, dict):
        for key, item in value.items():
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: other} for other in spoilt(item))
    if isinstance(value, np.ndarray):
        yield value[None]
        yield np.full_like(value, 3)


def test_tasks_have_hints_that_do_not_repeat(assignment):
    for task in assignment.tasks:
        assert len(set(task.hints)) == 3
        assert all(len(hint) > 20 for hint in task.hints)


def test_probes_import_nothing_that_knows_answers(assignment):
    path = TASKS / assignment.name / "probes.py"
    for node in ast.walk(ast.parse(path.read_text() if path.exists() else "")):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert (node.level, node.module) in {(3, "plain"), (3, "probing")}, ast.unparse(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            modules = [node.module] if isinstance(node, ast.ImportFrom) else names
            assert not any(name.startswith("effnet_lab") for name in modules)


def test_a_task_is_a_short_file_of_its_own(assignment):
    for path in (TASKS / assignment.name).glob("*.py"):
        assert len(path.read_text().splitlines()) <= 150, path.name


# The source notebook


def test_notebooks_are_clean(solution, exercise):
    for path in (solution, exercise):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.keys() == {"kernelspec", "language_info"}
        ids = [cell.id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in ids), ids
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert cell.outputs == []
                assert cell.execution_count is None
                assert grader(cell).get("solution") or len(cell.source.splitlines()) <= 12


def test_solutions_hold_what_is_derived(assignment, solution):
    """Cards, checks and metadata come from `make exercises`; doing it again changes nothing."""
    text = solution.read_text(encoding="utf-8")
    assert notebook_text(completed(json.loads(text), assignment)) == text, "make exercises"
    order = list(by_id(solution))
    for task in assignment.tasks:
        assert order.index(f"{task.cell}-task") < order.index(task.cell)
        assert by_id(solution)[task.cell].source.count("### BEGIN SOLUTION") == 1


def test_points_add_up_to_a_hundred(assignment, solution):
    points = [grader(cell)["points"] for cell in cells(solution) if grader(cell).get("grade")]
    assert sum(points) == 100
    assert len(points) == len(assignment.parts)
    assert 10 <= assignment.points_by_hand <= 20


def test_rubrics_tell_all_points(assignment, solution):
    """Each written question says which part is worth what, and the parts add up."""
    for part in assignment.written:
        question = by_id(solution)[f"{part.cell}-task"].source
        said = re.findall(r"\*\(([\d.]+) points?", question)
        assert sum(map(float, said)) == part.points, part.name


def test_first_and_last_cells_are_as_everywhere(assignment, solution):
    first, *_, last = cells(solution)
    assert first.id == "title"
    assert re.search(rf"\*About {assignment.minutes} minutes, 100 points\. Before: ", first.source)
    assert last.id == "progress"
    assert last.source == "progress()"
    lesson = assignment.lesson
    assert lesson is None or (ROOT / "notebooks" / f"{lesson}.ipynb").exists()


EXAMPLE = r"`(\w+\([^`]*\))`(?:,)? (?:is|are|gives|it is)( about)? (-?[\d,]+(?:\.\d+)?)"


def test_examples_in_questions_are_true(assignment, solution):
    """`` `call(...)` is 864 `` is worked out by the solution."""
    solved = Workbench(assignment, ROOT).solved
    for cell in cells(solution):
        for call, about, number in re.findall(EXAMPLE, cell.source):
            if call.split("(")[0] not in solved:
                continue
            value, wanted = eval(call, dict(solved)), float(number.replace(",", ""))
            digits = len(number.partition(".")[2])
            assert round(float(value), digits) == wanted if about else value == wanted, call


# What is derived


@pytest.mark.slow
def test_exercise_is_derived_from_its_solution(solution, exercise):
    assert exercise_text(solution) == exercise.read_text(encoding="utf-8"), "make exercises"


def test_folders_hold_notebooks_only(assignment, solution, exercise):
    assert [path.name for path in exercise.parent.iterdir() if path.name[0] != "."] == [
        exercise.name
    ]


def lines_of(text):
    return {re.sub(r"\s+", "", line) for line in text.splitlines()}


def test_exercise_holds_no_solution(assignment, solution, exercise):
    """No line between the marks, no sentence of a model answer."""
    shown = exercise.read_text(encoding="utf-8")
    packed = re.sub(r"\s+", "", "\n".join(cell.source for cell in cells(exercise)))
    assert "BEGIN SOLUTION" not in shown
    assert "BEGIN HIDDEN" not in shown
    for cell in cells(solution):
        if not grader(cell).get("solution"):
            continue
        if cell.cell_type == "markdown":
            assert by_id(exercise)[cell.id].source == TEXT_STUB
            secret = {re.sub(r"\s+", "", s) for s in re.split(r"[.:;\n]", cell.source)}
        else:
            hidden = re.findall(r"### BEGIN SOLUTION(.*?)### END SOLUTION", cell.source, re.DOTALL)
            visible = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", cell.source, flags=re.S)
            secret = lines_of("\n".join(hidden)) - lines_of(visible)
        for line in secret:
            assert len(line) <= 20 or line not in packed, line


def test_exercise_holds_no_input_that_is_judged(assignment, exercise):
    """Neither those of the public seeds: arrays, and numbers of four digits or more."""
    shown = re.sub(r"[\s,_]", "", "\n".join(cell.source for cell in cells(exercise)))
    for task in assignment.tasks:
        for value in long_values(task.inputs(0)):
            assert value not in shown, f"{task.name}: {value}"


def long_values(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from long_values(item)
        if len(value) > 2 and all(isinstance(item, (int, float)) for item in value.values()):
            yield re.sub(r"\s", "", ", ".join(f"{k}={v}" for k, v in value.items()))
    elif isinstance(value, list):
        for item in value:
            yield from long_values(item)
    elif isinstance(value, np.ndarray) and value.size > 3:
        yield re.sub(r"\s", "", str(value.ravel()[:4].tolist()))[1:-1]
    elif isinstance(value, float) and len(f"{abs(value):.6g}".replace(".", "")) >= 5:
        yield f"{value:.6g}"


# Graded in a process of its own


@pytest.mark.slow
def test_solution_scores_all_points_and_the_untouched_exercise_none(assignment, solution, exercise):
    full = grade(solution, trust=True)
    assert full.points == full.max_points == assignment.points, str(full)
    assert full.by_hand == assignment.points_by_hand
    assert not full.troubles
    none = grade(exercise, trust=True)
    assert none.points == 0
    assert {row.status for row in none.rows} == {"not attempted"}, str(none)
    assert not none.troubles, str(none)


def test_there_are_assignments_in_the_order_of_the_lessons():
    assert "counting_cost" in ASSIGNMENTS
    assert [name for name in NAMES if name in ASSIGNMENTS] == list(ASSIGNMENTS)
    lessons = [a.lesson for a in ASSIGNMENTS.values() if a.lesson is not None]
    assert lessons == sorted(lessons)
