"""A question in a notebook: a card whose answer stays in the kernel until a guess is committed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import traitlets

from ..widgets.live import LiveWidget, asset
from . import asked
from .guesses import keep_guess, kept_guesses
from .questions import Question, Reply

_HERE = Path(__file__).parent


class QuestionCard(LiveWidget):
    """A question in the browser.

    Where nothing runs, the page shows the question with its answer folded away. What was committed
    is kept, and shown again where the same is asked again.

    Parameters
    ----------
    name
        Unique in the course.
    question
        What it asks.
    """

    _esm = asset("live.js") + (_HERE / "question_card.js").read_text(encoding="utf-8")
    _css = asset("live.css") + (_HERE / "question_card.css").read_text(encoding="utf-8")

    card = traitlets.Unicode().tag(sync=True)
    reply: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, question: Question, **traits: Any) -> None:
        self.name, self.question = name, question
        self._tried: set[int] = set()
        self._serial = 0
        super().__init__(card=question.form_html(), reply=self._numbered(Reply()), **traits)
        for guess in kept_guesses(name, question.text):
            if (value := question.committed(guess)) is not None:
                self._take(value)
        self.on_msg(lambda _, content, __: self.commit(content.get("commit")))

    def commit(self, value: object) -> None:
        """Take a guess, keep it and show the reply; a prediction stays as it is."""
        if self.reply["final"]:
            return
        reply = self._take(value)
        if reply.chosen is None:
            return
        try:
            keep_guess(self.name, self.question.text, self.question.words(reply.chosen))
        except OSError as error:
            problem = f"Your guess is not kept for the next time: {error}."
            self.reply = {**self._numbered(reply), "problem": problem}

    def _take(self, value: object) -> Reply:
        reply = self.question.reply(value, self._tried)
        if reply.chosen is None:  # a problem: what was shown stays
            reply = Reply(self.reply["html"], reply.problem)
        elif isinstance(reply.chosen, int):
            self._tried.add(reply.chosen)
        self.reply = self._numbered(reply)
        return reply

    def _numbered(self, reply: Reply) -> dict[str, Any]:
        """Add a serial number: the same reply twice is shown, and announced, twice."""
        self._serial += 1
        return {**reply.to_dict(), "serial": self._serial}

    def static_html(self) -> str:
        """Return the question for pages on which nothing runs."""
        return self.question.static_html()

    def __repr__(self) -> str:
        return str(self.question)


def ask(name: str, *given: Any) -> QuestionCard:
    """Show a question; neither its answer nor its reasons stand in the notebook.

    Parameters
    ----------
    name
        A module of `lessons.asked` and a function in it, such as "compound.b7_macs".
    given
        What the question needs of what the lesson has worked out.

    Raises
    ------
    ValueError
        If there is no such question.
    """
    lesson, _, question = name.partition(".")
    if lesson not in lessons_asking():
        known = ", ".join(lessons_asking())
        raise ValueError(f"question {name!r} must begin with one of {known}, and a dot")
    there = questions_of(lesson)
    if question not in there:
        raise ValueError(f"{name!r} is no question; those of {lesson} are {', '.join(there)}")
    return QuestionCard(name, there[question](*given))


def lessons_asking() -> list[str]:
    """Return the names of the lessons that have questions."""
    return sorted(module.name for module in iter_modules(asked.__path__))


def questions_of(lesson: str) -> dict[str, Callable[..., Question]]:
    """Return what makes the questions of a lesson, by their names."""
    module = import_module(f"{asked.__name__}.{lesson}")
    return {
        name: make
        for name, make in vars(module).items()
        if not name.startswith("_") and getattr(make, "__module__", "") == module.__name__
    }
