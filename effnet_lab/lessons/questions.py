"""Predict, then reveal; and quizzes: what a question asks, what it accepts, what it replies.

Answers are computed, never typed. `question_card` shows a question in a notebook.
"""

import html
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeVar

from ..view.cards import card_html, card_text, head_html
from ..view.style import capitalised, format_count, format_ratio

#: Of an answer among choices.
Name = TypeVar("Name")


# ------------------------------------------------------------------ numbers that people write

#: What may follow a number, in any case.
_SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "mio": 1e6,
    "g": 1e9,
    "b": 1e9,
    "billion": 1e9,
}

#: Other ways to write a unit.
_SAME_UNIT = {
    "x": ("x", "×", "times", "fold", "-fold"),
    "%": ("%", "percent", "per cent"),
}

#: Digits, thousands apart or not, a decimal part and an exponent; then what follows.
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:(?:\d{1,3}(?:[,\s_']\d{3})+(?!\d)|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)"
    r"\s*(?P<rest>.*)",
    re.DOTALL,
)


def parse_number(text: str, unit: str = "") -> float:
    """Read a number as people write it.

    Parameters
    ----------
    text
        Such as "4", "4x", "4.0 %", "1,200", "1.2M", "about 5 million" or "1/4".
    unit
        The answer's unit; it may be written or left out.

    Raises
    ------
    ValueError
        If the text is no number, or has another unit.

    Examples
    --------
    >>> parse_number("1,200"), parse_number("~1.2 M MACs", "MACs"), parse_number("8.7x", "x")
    (1200.0, 1200000.0, 8.7)
    """
    cleaned = re.sub(r"^(about|around|roughly|ca\.?|circa|~|≈)\s*", "", text.strip().lower())
    cleaned = cleaned.replace("−", "-")
    if not cleaned:
        raise ValueError("nothing is written yet: write a number, such as 4 or 1.2 M")
    above, slash, below = cleaned.partition("/")
    if slash:
        top, bottom = _one_number(above, "", text), _one_number(below, unit, text)
        if not bottom:
            raise ValueError(f"{text!r} divides by zero; write a number, such as 1/4")
        return top / bottom
    return _one_number(cleaned, unit, text)


def _one_number(cleaned: str, unit: str, text: str) -> float:
    found = _NUMBER.fullmatch(cleaned.strip())
    shown = repr(text if len(text) <= 40 else text[:40] + "...")
    if not found:
        raise ValueError(f"{shown} is no number; write one such as 4, 0.25 or 1.2 M")
    if re.match(r",\s*\d", found["rest"]):
        raise ValueError(
            f"{shown} has a comma that sets no thousands apart; write a decimal point, as in 1.5"
        )
    value = float(re.sub(r"[,\s_']", "", found["number"])) * _scale(found["rest"], unit, shown)
    if not math.isfinite(value):
        raise ValueError(f"{shown} is too large; write a finite number")
    return value


def _scale(rest: str, unit: str, shown: str) -> float:
    """Return the factor that follows a number: 1 for its unit, a million for "M MACs"."""
    word = rest.strip().rstrip(".")
    for own in sorted(_SAME_UNIT.get(unit, (unit.lower(),)), key=len, reverse=True):
        if own and word.endswith(own):
            word = word[: -len(own)].strip()
            break
    if not word:
        return 1.0
    if word in _SCALES:
        return _SCALES[word]
    wanted = f"the answer is in {unit}" if unit else "the answer has no unit"
    raise ValueError(f"{rest.strip()[:40]!r} in {shown} is not understood: {wanted}")


def format_amount(value: float, unit: str = "") -> str:
    """Write a guess or an answer with its unit.

    Examples
    --------
    >>> format_amount(1.7812, "x"), format_amount(8.953, "%"), format_amount(5288548, "parameters")
    ('1.78 x', '8.95%', '5.29 M parameters')
    >>> format_amount(1200), format_amount(0.25)
    ('1,200', '0.25')
    """
    if unit == "x":
        return format_ratio(value)
    if unit == "%":
        return f"{format_count(value)}%"
    whole = float(value).is_integer() and abs(value) < 10_000
    return f"{int(value):,} {unit}".strip() if whole else f"{format_count(value)} {unit}".strip()


def how_far(guess: float, answer: float) -> str:
    """Say how far a guess is from the answer, as a ratio; never that it is wrong.

    Examples
    --------
    >>> how_far(4, 1.78), how_far(1.9, 1.78), how_far(98, 98)
    ('a factor of 2.25 too high', '7% too high', 'exactly that')
    """
    if guess == answer:
        return "exactly that"
    if guess <= 0 or answer <= 0:
        return "too high" if guess > answer else "too low"
    ratio, side = guess / answer, "too high" if guess > answer else "too low"
    off = abs(ratio - 1)
    if off < 0.01:
        return f"less than 1% {side}"
    if off < 0.25:
        return f"{off:.0%} {side}"
    return f"a factor of {format_ratio(max(ratio, 1 / ratio)).removesuffix(' x')} {side}"


# ------------------------------------------------------------------ questions


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question says to something that was committed.

    Parameters
    ----------
    html
        Shown below the question; empty if there was a problem.
    problem
        Why what was committed could not be read; text.
    final
        Whether no more may be committed.
    chosen
        What was committed: the text, or the number of the choice.
    """

    html: str = ""
    problem: str = ""
    final: bool = False
    chosen: str | int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what the browser needs."""
        return {
            "html": self.html,
            "problem": self.problem,
            "final": self.final,
            "chosen": self.chosen,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its computed answer.

    Parameters
    ----------
    text
        The question, in plain words.
    answer
        A number, or one of the choices.
    choices
        Each with its explanation (empty in a prediction); none for a number.
    unit
        Of a number: "x" for factors, "%", or a word.
    why
        The reason, shown with the answer.
    commits
        Whether the first guess stays: a prediction. Else a quiz, which can be tried again.

    Raises
    ------
    ValueError
        If the answer is not among the choices or not a finite number, or a part is missing.
    """

    text: str
    answer: str | float
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    why: str = ""
    commits: bool = True

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a question has no text")
        if self.choices:
            self._check_choices()
        elif not _is_finite_number(self.answer):
            raise ValueError(
                f"answer of {self.text!r} is {self.answer!r}; without choices it must be a "
                "finite number"
            )

    def _check_choices(self) -> None:
        known = ", ".join(map(repr, self.choices))
        if len(self.choices) < 2:
            raise ValueError(f"choices of {self.text!r} are {known}; there must be at least 2")
        if self.answer not in self.choices:
            raise ValueError(
                f"answer of {self.text!r} is {self.answer!r}; it must be one of {known}"
            )
        silent = [choice for choice, why in self.choices.items() if not why.strip()]
        if silent and not self.commits:
            raise ValueError(f"choice {silent[0]!r} of {self.text!r} has no explanation")

    @property
    def status(self) -> str:
        """The card's status before anything is committed."""
        return "predict" if self.commits else "quiz"

    def reply(self, committed: object, tried: Collection[int] = ()) -> Reply:
        """Answer what was committed.

        Parameters
        ----------
        committed
            Text for a number; the number of the choice, from 0.
        tried
            Numbers of the choices that were tried before.
        """
        try:
            if not self.choices:
                return self._reply_to_number(str(committed or ""))
            return self._reply_to_choice(self._chosen(committed), tried)
        except ValueError as error:
            return Reply(problem=f"{capitalised(str(error))}.")

    def words(self, chosen: str | int) -> str:
        """Return what was committed in words: a choice, or a number as it was written."""
        return list(self.choices)[chosen] if isinstance(chosen, int) else chosen

    def committed(self, words: str) -> str | int | None:
        """Return what `words` was made of; None if there is no such choice any more."""
        if not self.choices:
            return words
        return list(self.choices).index(words) if words in self.choices else None

    def _reply_to_number(self, text: str) -> Reply:
        assert not isinstance(self.answer, str)
        guess = parse_number(text, self.unit)
        said, truth = format_amount(guess, self.unit), format_amount(self.answer, self.unit)
        sentence = f"You said {said}. It is {truth}: {how_far(guess, self.answer)}."
        return Reply(self._result("compare", sentence), final=True, chosen=text)

    def _chosen(self, committed: object) -> int:
        last = len(self.choices) - 1
        if committed is None:
            raise ValueError("nothing is chosen yet: choose one")
        if (
            isinstance(committed, bool)
            or not isinstance(committed, int)
            or committed not in range(last + 1)
        ):
            raise ValueError(f"choice is {committed!r}; it must be a number from 0 to {last}")
        return committed

    def _reply_to_choice(self, number: int, tried: Collection[int]) -> Reply:
        said = list(self.choices)[number]
        right = said == self.answer
        if self.commits:
            sentence = (
                f"You said {said!r}, and so it is."
                if right
                else f"You said {said!r}. It is {str(self.answer)!r}."
            )
            return Reply(self._result("compare", sentence), final=True, chosen=number)
        seen = {*tried, number}
        sentence = f"{said}. {self.choices[said]}"
        others = "".join(
            f"<p>{'✔' if choice == self.answer else '✘'} <em>{html.escape(choice)}</em>: "
            f"{html.escape(why)}</p>"
            for n, (choice, why) in enumerate(self.choices.items())
            if n in seen and n != number
        )
        page = head_html("right" if right else "wrong", sentence) + others
        return Reply(page, chosen=number)

    def _result(self, status: str, sentence: str) -> str:
        why = f"<p>{html.escape(self.why)}</p>" if self.why else ""
        return head_html(status, sentence) + why

    def form_html(self) -> str:
        """Return the whole card with its form; nothing in it tells the answer."""
        if self.choices:
            inputs = "<legend>Choose one</legend>" + "".join(
                f'<label><input type="radio" name="choice" value="{n}"> {html.escape(c)}</label>'
                for n, c in enumerate(self.choices)
            )
        else:
            unit = "" if not self.unit else f" {html.escape(self.unit)}"
            inputs = (
                "<legend>Your guess</legend>"
                '<label class="effnet-number"><input type="text" inputmode="decimal" '
                f'autocomplete="off" aria-label="Your guess{unit and ", in" + unit}">{unit}</label>'
            )
        act = "Commit" if self.commits else "Check"
        form = (
            f'<form class="effnet-answer" novalidate><fieldset>{inputs}'
            f'<button type="submit">{act}</button></fieldset></form>'
            '<p class="effnet-problem" role="alert"></p>'
            '<div class="effnet-result" role="status" aria-live="polite" tabindex="-1"></div>'
        )
        return card_html(self.status, self.text, form)

    def static_html(self) -> str:
        """Return the card for pages on which nothing runs: the answer is folded away."""
        shown = "".join(f"<li>{html.escape(choice)}</li>" for choice in self.choices)
        body = f'<ul style="margin: 0">{shown}</ul>' if shown else ""
        answer = self.answer if isinstance(self.answer, str) else self._amount()
        reasons = [self.why, *(f"{c}: {why}" for c, why in self.choices.items() if why)]
        told = "".join(f"<p>{html.escape(reason)}</p>" for reason in reasons if reason)
        details = f"<p><strong>{html.escape(answer)}</strong></p>{told}"
        return card_html(self.status, self.text, body, details, details_label="Answer")

    def _amount(self) -> str:
        assert not isinstance(self.answer, str)
        return format_amount(self.answer, self.unit)

    def __str__(self) -> str:
        body = "\n".join(f"  ( ) {choice}" for choice in self.choices)
        return card_text(self.status, self.text, body)


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    return math.isfinite(value)


def largest(values: Mapping[Name, Any]) -> Name:
    """Return the name of the largest value: an answer among choices."""
    return max(values, key=values.__getitem__)


def smallest(values: Mapping[Name, Any]) -> Name:
    """Return the name of the smallest value: an answer among choices."""
    return min(values, key=values.__getitem__)


def predict(
    text: str, *, answer: float | str, choices: Collection[str] = (), unit: str = "", why: str = ""
) -> Question:
    """Ask for a guess, which is committed before the answer is shown.

    Parameters
    ----------
    text
        The question, in plain words.
    answer
        Computed: a number, or one of the choices.
    choices
        To choose from; with none a number is asked for.
    unit
        Of a number: "x" for factors, "%", or a word.
    why
        The reason, shown with the answer; its numbers computed too.

    Raises
    ------
    ValueError
        If the answer is not among the choices, or not a finite number.
    """
    return Question(text, answer, dict.fromkeys(choices, ""), unit, why)


def quiz(text: str, *, answer: str, choices: Mapping[str, str]) -> Question:
    """Ask a question with choices, each with an explanation; it can be tried again.

    Parameters
    ----------
    text
        The question, in plain words.
    answer
        Computed: one of the choices.
    choices
        Each choice with the reason why it is right or wrong.

    Raises
    ------
    ValueError
        If the answer is not among the choices, or a choice has no explanation.
    """
    if not choices:
        raise ValueError(f"question {text!r} has no choices; a quiz needs at least 2")
    return Question(text, answer, choices, commits=False)
