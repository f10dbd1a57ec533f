"""What was found in the sheets of an assignment and in the inventory: numbers, not yet a page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..course import Course
from ..inventory.answers import TIMES, kept_answers
from ..inventory.questions import Question, questions
from ..marks import Line, lines_of
from ..store import Store
from .similarity import Similarity, compare
from .statistics import Estimate, correlation, estimate, normalised_gain

#: What a mistake is called that no slip explains.
NO_SLIP = "no known slip"


@dataclass(frozen=True, slots=True)
class Item:
    """A task, or a question in words, over the class.

    Parameters
    ----------
    name, title, section
        Its own, and where a lesson treats it; empty if none does.
    points
        To be had.
    judged
        Submissions in which it has points: of answers in words those that are marked.
    full, part, none, not_attempted
        How many of these got all points, some, none; and did not write it.
    share
        Mean share of the points: its difficulty, 1 if it is easy. None until all are judged.
    discrimination
        Correlation with the points of all *other* checked tasks.
    """

    name: str
    title: str
    section: str
    points: float
    judged: int
    full: int
    part: int
    none: int
    not_attempted: int
    share: float | None
    discrimination: Estimate | None


@dataclass(frozen=True, slots=True)
class SlipCount:
    """How many of a class made a slip in a task.

    Parameters
    ----------
    slip, title, section
        Its name in words, the task, and where a lesson treats it.
    count, of
        Submissions with it, and those in which the task was attempted.
    message
        What most of them were told. It may hold text that a learner wrote.
    """

    slip: str
    title: str
    section: str
    count: int
    of: int
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in an assignment.

    Parameters
    ----------
    folder, title, term
        Which one.
    points
        To be had.
    totals
        Points of each submission, before anything is taken off for being late.
    open
        Answers in words that are not marked.
    missing, failed, late
        Learners without a submission, with one that was not graded, with a late one (and days).
    items, slips, similarity
        See there; slips by their number.
    """

    folder: str
    title: str
    term: str
    points: float
    totals: tuple[float, ...]
    open: int
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    late: Mapping[str, int]
    items: tuple[Item, ...]
    slips: tuple[SlipCount, ...]
    similarity: Similarity


def findings(store: Store) -> Findings:
    """Look through the sheets of an assignment.

    Raises
    ------
    ValueError
        If the roster or the marks cannot be read.
    """
    lines = lines_of(store)
    handed = [line for line in lines if line.record]
    graded = [line for line in handed if line.record and not line.record.failed]
    assignment = store.assignment
    return Findings(
        assignment.folder,
        assignment.title,
        store.course.term,
        float(assignment.points + assignment.points_by_hand),
        tuple(line.checked + line.written for line in graded),
        sum(len(line.open) for line in graded),
        tuple(line.learner.id for line in lines if not line.record),
        tuple(line.learner.id for line in handed if line not in graded),
        {line.learner.id: line.days_late for line in handed if line.days_late},
        _items(store, graded),
        _slips(store, graded),
        compare({one.learner.id: one.record.code for one in graded if one.record}, assignment),
    )


def _rows(lines: Sequence[Line], name: str) -> list[Mapping[str, Any]]:
    """Return the row of each sheet for a task; of answers in words with their marks' points."""
    rows: list[Mapping[str, Any]] = []
    for line in lines:
        assert line.record is not None
        sheet = {one["task"]: one for one in line.record.sheet["rows"]}
        row = sheet.get(name, {"points": 0.0, "status": "not attempted"})  # of an older edition
        points, idle = row["points"], row["status"] == "not attempted"
        if mark := line.marks.get(name):
            points = mark.points
        elif points is None and not line.record.answers.get(name):
            points, idle = 0.0, True
        rows.append({**row, "points": points, "idle": idle})
    return rows


def _items(store: Store, lines: Sequence[Line]) -> tuple[Item, ...]:
    assignment, checked = store.assignment, np.array([line.checked for line in lines])
    of_task = {task.name for task in assignment.tasks}
    found = []
    for one in assignment.parts:
        rows = _rows(lines, one.name)
        known = np.array([row["points"] is not None for row in rows], bool)
        points = np.array([row["points"] or 0.0 for row in rows])
        rest = checked - points if one.name in of_task else checked
        judged, got = int(known.sum()), points[known]
        whole = 0 < judged == len(rows)
        idle = sum(row["idle"] for row in rows)
        full = int((got >= one.points - 1e-9).sum())
        part = int((got > 0).sum()) - full
        found.append(
            Item(
                one.name,
                one.title,
                assignment.section(one.name),
                float(one.points),
                judged,
                full,
                part,
                judged - full - part - idle,
                idle,
                float(got.mean() / one.points) if whole else None,
                estimate(got, rest, correlation) if whole else None,
            )
        )
    return tuple(found)


def _slips(store: Store, lines: Sequence[Line]) -> tuple[SlipCount, ...]:
    found = []
    for task in store.assignment.tasks:
        rows = [row for row in _rows(lines, task.name) if not row["idle"]]
        wrong = [row for row in rows if row["status"] == "incorrect"]
        counts = Counter(row["slip"] or "" for row in wrong)
        for slip, count in counts.items():
            told = Counter(row["message"] for row in wrong if (row["slip"] or "") == slip)
            found.append(
                SlipCount(
                    slip.replace("-", " ") or NO_SLIP,
                    task.title,
                    store.assignment.section(task.name),
                    count,
                    len(rows),
                    told.most_common(1)[0][0],
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.count, one.title, one.slip)))


# ------------------------------------------------------------------ inventory


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the inventory, over the class.

    Parameters
    ----------
    question
        Which one.
    right
        Share of right answers, before and after; None at a time when nobody answered.
    commonest
        The misconception behind the commonest wrong choice, and the share that chose it; before and
        after. None if nobody chose a wrong one.
    """

    question: Question
    right: tuple[float | None, float | None]
    commonest: tuple[tuple[str, float] | None, tuple[str, float] | None]


@dataclass(frozen=True, slots=True)
class InventoryFindings:
    """The inventory before and after.

    Parameters
    ----------
    answered
        Learners who answered anything, before and after.
    both
        Those who did both times: the gain is theirs.
    asked
        A row a question, over those who answered at that time.
    gain
        Hake's normalised gain.
    """

    answered: tuple[int, int]
    both: int
    asked: tuple[Asked, ...]
    gain: Estimate | None


def inventory_findings(course: Course) -> InventoryFindings | None:
    """Compare what a class answered before and after; None if nobody has answered yet."""
    given = [
        {who: mine for who, mine in kept_answers(course, when).items() if mine} for when in TIMES
    ]
    if not any(given):
        return None
    both = sorted(given[0].keys() & given[1].keys())
    before, after = (np.array([_score(answers[who]) for who in both]) for answers in given)
    asked = []
    for one in questions():
        chosen = [[mine.get(one.name, "") for mine in answers.values()] for answers in given]
        asked.append(
            Asked(
                one,
                (_share(chosen[0], one.key), _share(chosen[1], one.key)),
                (_commonest(one, chosen[0]), _commonest(one, chosen[1])),
            )
        )
    gain = estimate(before, after, normalised_gain)
    return InventoryFindings((len(given[0]), len(given[1])), len(both), tuple(asked), gain)


def _score(answers: Mapping[str, str]) -> float:
    return sum(one.key == answers.get(one.name) for one in questions()) / len(questions())


def _share(chosen: Sequence[str], letter: str) -> float | None:
    return chosen.count(letter) / len(chosen) if chosen else None


def _commonest(question: Question, chosen: Sequence[str]) -> tuple[str, float] | None:
    wrong = Counter(one for one in chosen if one not in (question.key, ""))
    if not wrong:
        return None
    [(letter, count)] = wrong.most_common(1)
    return question.wrong[question.choices[letter]], count / len(chosen)
