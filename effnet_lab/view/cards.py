"""One frame for every card of the course: predict, quiz, exercise, check.

A card says its state by an icon and a word, never by colour alone; then one sentence; then what
belongs to it; and last, folded away, the detail. It takes its colours from the page around it.
"""

import html
from dataclasses import dataclass

from .._validate import require_choice

#: Fonts and colours of the page; outside Jupyter those of the browser.
_INK = "var(--jp-content-font-color1, currentColor)"
_LINE = "var(--jp-border-color1, currentColor)"


@dataclass(frozen=True, slots=True)
class Status:
    """How a state of a card looks.

    Parameters
    ----------
    icon, word
        Stand at the head of the card.
    bar
        CSS colour of the bar at its left: one of the page's own.
    """

    icon: str
    word: str
    bar: str


_PLAIN = _LINE
_GOOD = "var(--jp-success-color1, currentColor)"
_BAD = "var(--jp-error-color1, currentColor)"
_CARE = "var(--jp-warn-color1, currentColor)"
_ASK = "var(--jp-brand-color1, currentColor)"

#: The states of all cards. Checks use "todo", "right", "partial", "wrong" and "broken".
STATUSES = {
    "predict": Status("?", "Predict", _ASK),
    "compare": Status("≈", "Prediction", _ASK),
    "quiz": Status("?", "Quiz", _ASK),
    "exercise": Status("✎", "Exercise", _ASK),
    "todo": Status("○", "Not attempted", _PLAIN),
    "right": Status("✔", "Correct", _GOOD),
    "partial": Status("◐", "Partly correct", _CARE),
    "wrong": Status("✘", "Not yet", _BAD),
    "broken": Status("!", "Could not run", _CARE),
    "hint": Status("→", "Hint", _PLAIN),
    "solution": Status("=", "Solution", _PLAIN),
}


def card_html(
    status: str,
    title: str,
    body_html: str = "",
    details_html: str = "",
    *,
    details_label: str = "Details",
    word: str = "",
) -> str:
    """Return a card as HTML, for light and dark theme.

    Parameters
    ----------
    status
        A key of `STATUSES`.
    title
        One sentence, as text: it is escaped here.
    body_html
        What is always shown below it; HTML.
    details_html
        What is folded away; HTML. With none there is nothing to unfold.
    details_label
        What the fold is called; text.
    word
        In place of the status's own word.

    Raises
    ------
    ValueError
        If the status is unknown, or the title is empty.
    """
    require_choice("status", status, STATUSES)
    if not title.strip():
        raise ValueError("title is empty; a card says in one sentence what it is about")
    look = STATUSES[status]
    body = f'<div style="margin-top: 0.5em">{body_html}</div>' if body_html else ""
    folded = fold_html(details_label, details_html) if details_html else ""
    return (
        f'<div class="effnet-card" role="group" data-status="{status}" '
        f'aria-label="{html.escape(f"{word or look.word}: {title}")}" '
        f'style="{_FRAME}; border-left: 5px solid {look.bar}">'
        f"{head_html(status, title, word)}{body}{folded}</div>"
    )


def head_html(status: str, title: str, word: str = "") -> str:
    """Return a card's first line alone: icon, word, sentence.

    Raises
    ------
    ValueError
        If the status is unknown.
    """
    require_choice("status", status, STATUSES)
    look = STATUSES[status]
    return (
        f'<p style="margin: 0"><span aria-hidden="true" style="{_ICON}">{look.icon}</span> '
        f"<strong>{html.escape(word or look.word)}</strong> · {html.escape(title)}</p>"
    )


def fold_html(label: str, inner_html: str) -> str:
    """Return a fold: `label` is text, what is in it HTML."""
    return (
        f'<details style="margin-top: 0.5em"><summary style="cursor: pointer">'
        f"{html.escape(label)}</summary>"
        f'<div style="margin-top: 0.4em">{inner_html}</div></details>'
    )


def card_text(status: str, title: str, body: str = "") -> str:
    """Return a card as plain text, for a terminal.

    Raises
    ------
    ValueError
        If the status is unknown.

    Examples
    --------
    >>> card_text("right", "The squeeze width follows the block's input.")
    "[✔ Correct] The squeeze width follows the block's input."
    """
    require_choice("status", status, STATUSES)
    look = STATUSES[status]
    lines = [f"[{look.icon} {look.word}] {title}", *([body] if body else [])]
    return "\n".join(lines)


_FRAME = (
    f"color: {_INK}; border: 1px solid {_LINE}; border-radius: 3px; padding: 0.6em 0.9em; "
    "margin: 0.4em 0; max-width: 46em; line-height: 1.45; "
    "font-family: var(--jp-content-font-family, system-ui, sans-serif); "
    "font-size: var(--jp-content-font-size1, 14px)"
)

_ICON = (
    "display: inline-block; min-width: 1.3em; text-align: center; font-weight: bold; "
    "border: 1px solid currentColor; border-radius: 50%; line-height: 1.25"
)
