"""What a check found out about a learner's object."""

import html
from dataclasses import dataclass
from typing import Literal, get_args

from .cards import card_html, card_text
from .tables import Table

CheckStatus = Literal["not attempted", "incorrect", "correct"]

_CARDS = {"not attempted": "todo", "incorrect": "wrong", "correct": "right"}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of a check: shows itself as a card.

    Parameters
    ----------
    status
        "not attempted", "incorrect" or "correct".
    message
        What was found, in a sentence or two: the mistake, and what is right.
    slip
        The mistake's name, if it is one that the check knows.
    points, max_points
        For graded exercises; no points are shown where none can be had.
    details
        What was tried, and how it went.
    broken
        Whether the learner's code raised an error, so that there was nothing to judge.

    Raises
    ------
    ValueError
        If the status is unknown, the message empty, or there are more points than can be had.
    """

    status: CheckStatus
    message: str
    slip: str | None = None
    points: float = 0.0
    max_points: float = 0.0
    details: Table | None = None
    broken: bool = False

    def __post_init__(self) -> None:
        if self.status not in get_args(CheckStatus):
            known = ", ".join(get_args(CheckStatus))
            raise ValueError(f"status is {self.status!r}; it must be one of {known}")
        if not self.message.strip():
            raise ValueError("message is empty; say what was found")
        if not 0 <= self.points <= self.max_points:
            raise ValueError(f"points is {self.points:g}; it must be 0 to {self.max_points:g}")

    @property
    def passed(self) -> bool:
        """Whether the object is correct."""
        return self.status == "correct"

    @property
    def points_text(self) -> str:
        """The points in words; empty if there are none to be had."""
        return f"{self.points:g} of {self.max_points:g} points" if self.max_points else ""

    @property
    def _card(self) -> str:
        if self.broken:
            return "broken"
        return "partial" if self.points and not self.passed else _CARDS[self.status]

    def _repr_html_(self) -> str:
        body = f"<p>{html.escape(self.points_text)}</p>" if self.max_points else ""
        details = "" if self.details is None else self.details._repr_html_()
        return card_html(self._card, self.message, body, details)

    def __repr__(self) -> str:
        return card_text(self._card, self.message, self.points_text)
