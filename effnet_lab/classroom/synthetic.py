"""A class that never was: notebooks made from an assignment's solution and its slips.

For tests, timings, and to try a report. Each notebook comes with what it should get: its cells are
run here, and judged as `check` does.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from ..exercises.assignment import Assignment
from ..exercises.author.audit import Workbench, judge
from ..exercises.author.mutants import POWER, mutants
from ..exercises.task import PUBLIC_SEEDS, Task
from .styles import disguised, in_another_hand

#: Wrong answers that are kept of each task.
_WRONG = 6

#: Share of the places at which a learner writes otherwise than the solution.
_HAND = 0.4

#: What a hostile cell does; none may gain or cost anything but its own time.
HOSTILE = (
    "import os; os._exit(0)",
    "raise SystemExit",
    "while True:\n    pass",
    "print('x' * 10**8)",
    "import sys; sys.setrecursionlimit(10**6)\nf = lambda: f()\nf()",
    "import numpy.testing as t; t.assert_allclose = lambda *a, **k: None",
    "import builtins; builtins.abs = lambda x: 0",
    "import sys; sys.stdout.buffer.write(b'\\x00\\x00\\x00\\x02{}'); sys.stdout.flush()",
    "x = bytearray(10**11)",
    "import gc; [d.clear() for d in gc.get_objects() if type(d) is dict and 'points' in d]",
)

KINDS = ("right", "partly right", "wrong", "untouched", "hostile")


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A made-up submission.

    Parameters
    ----------
    kind
        One of `KINDS`.
    notebook
        As in its file.
    points
        What each task should get.
    copy_of
        Id of the one that it was copied from; empty if it is honest.
    """

    kind: str
    notebook: Mapping[str, Any]
    points: Mapping[str, float]
    copy_of: str = ""

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        return json.dumps(self.notebook, indent=1, ensure_ascii=False).encode()


class Answers:
    """Right and wrong answers of an assignment, as code.

    Parameters
    ----------
    assignment
        Which one; its solution must be at hand.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.bench = Workbench(assignment)
        self.solution, self.exercise = (
            json.loads(assignment.notebook(kind).read_text(encoding="utf-8"))
            for kind in ("solutions", "exercises")
        )

    @cached_property
    def wrong(self) -> dict[str, list[str]]:
        """Wrong answers of each task that run: small changes of its solution."""
        return {
            task.name: list(islice(self._wrong(task), _WRONG)) for task in self.assignment.tasks
        }

    def _wrong(self, task: Task) -> Iterator[str]:
        changed = [
            source for _, source in mutants(self.bench.solution(task)) if POWER not in source
        ]
        Random(task.name).shuffle(changed)
        for source in changed:
            result = self.bench.judge(task, source, PUBLIC_SEEDS)
            if not result.passed and not result.broken:
                yield source

    def right(self, task: Task, random: Random) -> str:
        """Return a right answer."""
        return random.choice((self.bench.solution(task), *task.also_right))

    def points(self, notebook: Mapping[str, Any]) -> dict[str, float]:
        """Run a notebook here and return what each task should get: for honest ones only."""
        namespace: dict[str, Any] = {"__name__": "exercise"}
        for cell in notebook["cells"]:
            code = "".join(cell["source"])
            if cell["cell_type"] == "code" and not code.startswith(("check(", "progress(")):
                exec(compile(code, "<cell>", "exec"), namespace)
        return {
            task.name: judge(task, namespace, PUBLIC_SEEDS).points for task in self.assignment.tasks
        }


def synthetic(answers: Answers, kind: str, seed: int) -> Synthetic:
    """Make a submission.

    Parameters
    ----------
    answers
        Of the assignment.
    kind
        One of `KINDS`.
    seed
        The same one makes the same submission.
    """
    random = Random(f"{kind} {seed}")
    if kind == "untouched":
        return Synthetic(kind, answers.exercise, dict.fromkeys(answers.wrong, 0.0))
    share = {"right": 0.0, "partly right": 0.3, "hostile": 0.5}.get(kind, 1.0)
    notebook = copy.deepcopy(answers.solution)
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for task in answers.assignment.tasks:
        wrong = answers.wrong[task.name]
        failed = bool(wrong) and random.random() < share
        code = random.choice(wrong) if failed else answers.right(task, random)
        code = in_another_hand(code, random, _HAND)
        cells[task.cell]["source"] = code.strip().splitlines(keepends=True)
    for part in answers.assignment.written:
        model = "".join(cells[f"{part.cell}-answer"]["source"]).split(". ")
        kept = [one for one in model if random.random() < 0.7] or ["I do not know"]
        cells[f"{part.cell}-answer"]["source"] = [". ".join(kept)]
    points = answers.points(notebook)
    if kind == "hostile":
        cell = {**cells[answers.assignment.tasks[0].cell], "metadata": {}, "id": "more"}
        cell["source"] = [HOSTILE[seed % len(HOSTILE)]]
        notebook["cells"].append(cell)
    return Synthetic(kind, notebook, points)


def copied(answers: Answers, source: str, made: Synthetic, seed: int) -> Synthetic:
    """Copy a submission: with other names and comments, its functions in another order.

    Every other copy is rewritten at a tenth of the places where there is a choice, too.

    Parameters
    ----------
    answers
        Of the assignment.
    source, made
        Id and submission that is copied; an honest one.
    seed
        The same one makes the same copy.
    """
    random, notebook = Random(f"copy {seed}"), copy.deepcopy(dict(made.notebook))
    names = {task.cell for task in answers.assignment.tasks}
    cells = [cell for cell in notebook["cells"] if cell["id"] in names]
    share = 0.1 * (seed % 2)
    codes = [disguised("".join(cell["source"]), random, share) for cell in cells]
    random.shuffle(codes)
    for cell, code in zip(cells, codes, strict=True):
        cell["source"] = code.splitlines(keepends=True)
    return Synthetic(made.kind, notebook, answers.points(notebook), source)


def synthetic_class(
    assignment: Assignment, counts: Mapping[str, int], copies: int = 0
) -> Iterator[tuple[str, Synthetic]]:
    """Yield an id and a submission for each of a class.

    Parameters
    ----------
    assignment
        Which one.
    counts
        Kind -> how many.
    copies
        How many more are copies, each of another that is partly right.
    """
    answers = Answers(assignment)
    sources: list[tuple[str, Synthetic]] = []
    made = (synthetic(answers, kind, seed) for kind, n in counts.items() for seed in range(n))
    for number, one in enumerate(made, 1):
        yield f"s{number:03d}", one
        if one.kind == "partly right" and len(sources) < copies:
            sources.append((f"s{number:03d}", one))
    for seed, (name, one) in enumerate(sources):
        yield f"c{seed + 1:03d}", copied(answers, name, one, seed)


def write_class(folder: Path, assignment: Assignment, made: Mapping[str, Synthetic]) -> Path:
    """Write submissions as nbgrader collects them, and the roster; return the submissions' folder.

    Parameters
    ----------
    folder
        A course's.
    assignment, made
        Submissions by id.
    """
    rows = [f"{one},Learner {one},{one}@example.org" for one in made]
    (folder / "roster.csv").write_text("\n".join(["id,name,email", *rows, ""]), encoding="utf-8")
    for one, submission in made.items():
        path = folder / "submitted" / one / assignment.folder / f"{assignment.folder}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(submission.content)
    return folder / "submitted"
