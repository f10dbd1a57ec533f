"""A question in a notebook: a card whose answer stays in the kernel until a guess is committed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import anywidget
import traitlets

from . import asked
from .questions import Question, Reply

_HERE = Path(__file__).parent

#: Predictions that were committed in this kernel: running a cell again does not ask again.
_COMMITTED: dict[tuple[str, str], str | int] = {}


class QuestionCard(anywidget.AnyWidget):
    """A question in the browser.

    Where nothing runs, the page shows the question with its answer folded away.

    Parameters
    ----------
    name
        Unique in the course.
    question
        What it asks.
    """

    _esm = (_HERE / "question_card.js").read_text(encoding="utf-8")
    _css = (_HERE / "question_card.css").read_text(encoding="utf-8")

    card = traitlets.Unicode().tag(sync=True)
    reply: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, question: Question, **traits: Any) -> None:
        self.name, self.question = name, question
        self._tried: set[int] = set()
        self._serial = 0
        before = _COMMITTED.get(self._key) if question.commits else None
        reply = Reply() if before is None else question.reply(before)
        super().__init__(card=question.form_html(), reply=self._numbered(reply), **traits)
        self.on_msg(lambda _, content, __: self.commit(content.get("commit")))

    def commit(self, value: object) -> None:
        """Take a guess from the browser and show the reply; a prediction stays as it is."""
        if self.reply["final"]:
            return
        reply = self.question.reply(value, self._tried)
        if reply.chosen is None:  # a problem: what was shown stays
            reply = Reply(self.reply["html"], reply.problem)
        elif self.question.commits:
            _COMMITTED[self._key] = reply.chosen
        elif isinstance(reply.chosen, int):
            self._tried.add(reply.chosen)
        self.reply = self._numbered(reply)

    @property
    def _key(self) -> tuple[str, str]:
        return self.name, self.question.text

    def _numbered(self, reply: Reply) -> dict[str, Any]:
        """Add a serial number: the same reply twice is shown, and announced, twice."""
        self._serial += 1
        return {**reply.to_dict(), "serial": self._serial}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, *rest = bundle if isinstance(bundle, tuple) else (bundle or {},)
        static = {"text/html": self.question.static_html(), "text/plain": str(self.question)}
        return ({**data, **static}, *rest) if rest else {**data, **static}

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
