"""The shell that all widgets share: labelled controls, a picture, a ledger, one line of state.

A widget is a `Definition`: controls, and a pure function `render(state) -> View`. `Panel` wires
them to the browser (`panel.js`) and does nothing else.
"""

import html
import math
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import traitlets

from ..view.tables import Table
from .live import LiveWidget, asset

Value = int | float | str | bool
State = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Slider:
    """A number from a list of values; keys step from one to the next.

    Parameters
    ----------
    name, label
        In state lines, and for people.
    values
        Ascending.
    default
        One of them.
    unit
        Written after the value.
    free
        Whether values between those of the list may be set too: by a state line, or by `render`.
    """

    name: str
    label: str
    values: tuple[int | float, ...]
    default: int | float
    unit: str = ""
    free: bool = False

    def check(self, value: object) -> Value:
        """Return a valid value as it stands in `values`, else raise ``ValueError``."""
        low, high = self.values[0], self.values[-1]
        if isinstance(value, str):
            value = _number(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            for known in self.values:
                if math.isclose(known, value, rel_tol=1e-9, abs_tol=1e-12):
                    return known
            if self.free and low <= value <= high:
                return value
        wanted = f"from {low:g} to {high:g}" if self.free else f"one of {_listed(self.values)}"
        raise ValueError(f"{self.name} is {value!r}; it must be {wanted}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words, in a drop-down list."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str

    def check(self, value: object) -> Value:
        """Return a valid value, else raise ``ValueError``."""
        if isinstance(value, str) and value in self.options:
            return value
        raise ValueError(f"{self.name} is {value!r}; it must be one of {', '.join(self.options)}")


@dataclass(frozen=True, slots=True)
class Toggle:
    """Yes or no, as a checkbox."""

    name: str
    label: str
    default: bool

    def check(self, value: object) -> Value:
        """Return a valid value, else raise ``ValueError``."""
        if isinstance(value, bool):
            return value
        if value in ("yes", "no"):
            return value == "yes"
        raise ValueError(f"{self.name} is {value!r}; it must be yes or no")


#: Each checks a value as it is, or as it stands in a state line.
Control = Slider | Choice | Toggle


class Controls:
    """The controls of one widget, and its state as a line of text.

    Parameters
    ----------
    widget
        The widget's name, which begins each state line.
    controls
        In reading order.

    Examples
    --------
    >>> controls = Controls("demo", Slider("kernel", "Kernel", (1, 3, 5), 3),
    ...                     Toggle("skip", "Skip", True))
    >>> controls.to_line(controls.default)
    'demo: kernel=3 skip=yes'
    >>> controls.from_line("demo: kernel=5")
    {'kernel': 5, 'skip': True}
    """

    def __init__(self, widget: str, *controls: Control) -> None:
        self.widget = widget
        self.by_name = {control.name: control for control in controls}
        self.default: State = {c.name: c.check(c.default) for c in controls}

    def check(self, state: Mapping[str, object]) -> State:
        """Return a whole, valid state; what is not given takes its default.

        Raises
        ------
        ValueError
            If a name is unknown or a value is out of range.
        """
        self.require_known(state)
        return {**self.default, **{n: self.by_name[n].check(v) for n, v in state.items()}}

    def to_line(self, state: Mapping[str, Value]) -> str:
        """Write a state as one line of text."""
        return f"{self.widget}: {' '.join(setting(name, state[name]) for name in self.by_name)}"

    def from_line(self, line: str) -> State:
        """Read a state from a line of text; an empty one is the default.

        Raises
        ------
        ValueError
            If the line belongs to another widget, or a name or value is not valid.
        """
        if not line.strip():
            return dict(self.default)
        widget, colon, settings = line.strip().partition(":")
        if not colon or widget.strip() != self.widget:
            raise ValueError(f"the line must begin with {self.widget + ':'!r}; it is {line!r}")
        found: dict[str, str] = {}
        for word in shlex.split(settings):
            name, equals, text = word.partition("=")
            if not equals:
                raise ValueError(f"{word!r} is not a setting; write name=value")
            found[name] = text
        return self.check(found)

    def require_known(self, names: Iterable[str]) -> None:
        """Refuse names of controls that there are not.

        Raises
        ------
        ValueError
            The message names those that there are.
        """
        for name in names:
            if name not in self.by_name:
                known = ", ".join(self.by_name)
                raise ValueError(f"{name!r} is not a control of {self.widget}; there are: {known}")


@dataclass(frozen=True, slots=True)
class View:
    """What a widget shows for one state.

    Parameters
    ----------
    picture
        An SVG element for a page, in the page's own colours.
    alt
        What the picture shows, for those who do not see it.
    summary
        One sentence with the main numbers.
    ledger
        The numbers as a table.
    values
        Texts that stand beside controls in place of their bare values.
    state
        What it is shown for; `Definition.view` fills it in.
    """

    picture: str
    alt: str
    summary: str
    ledger: Table
    values: Mapping[str, str] = field(default_factory=dict)
    state: State = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt is empty; say what the picture shows")


def as_asked(state: State, changed: str) -> tuple[State, str]:
    """Settle on the state as it is: its values never contradict each other."""
    return state, ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A widget without a browser.

    Parameters
    ----------
    title
        Its name for people.
    controls
        With its name in state lines.
    render
        What is shown for a settled state: a pure function.
    settle
        Makes the values of a valid state agree. It is given the control that was moved, empty if
        none was, and returns the state and a sentence for the summary on what it had to change. A
        settled state it leaves alone.
    """

    title: str
    controls: Controls
    render: Callable[[State], View]
    settle: Callable[[State, str], tuple[State, str]] = as_asked

    def view(self, state: Mapping[str, object], changed: str = "") -> View:
        """Return what is shown for a state or a part of one, after `changed` was moved.

        Raises
        ------
        ValueError
            If a name is unknown or a value is out of range.
        """
        settled, note = self.settle(self.controls.check(state), changed)
        view = self.render(settled)
        return replace(view, summary=f"{note} {view.summary}".lstrip(), state=settled)

    def static_html(self, state: Mapping[str, object]) -> str:
        """Return picture and table for pages on which nothing runs."""
        view = self.view(state)
        line = self.controls.to_line(view.state)
        return (
            f'<figure class="effnet-panel-static" style="margin: 0">'
            f"<figcaption><strong>{html.escape(self.title)}.</strong> "
            f"{html.escape(view.summary)}</figcaption>"
            f"{view.picture}{view.ledger._repr_html_()}"
            f"<p>State: <code>{html.escape(line)}</code></p></figure>"
        )


def setting(name: str, value: Value) -> str:
    """Write the value of a control as it stands in a state line.

    Examples
    --------
    >>> setting("skip", True), setting("base", "CIFAR base")
    ('skip=yes', "base='CIFAR base'")
    """
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return f"{name}={shlex.quote(f'{value:.6g}' if isinstance(value, float) else str(value))}"


#: What every widget's script begins with.
SHELL = asset("live.js") + asset("panel.js")

#: And its styles.
SHELL_CSS = asset("live.css") + asset("panel.css")


class Panel(LiveWidget):
    """A widget in the browser.

    Parameters
    ----------
    definition
        What it shows.
    state
        A line of text that a panel showed, to begin with.
    hide
        Names of controls that are not shown.

    Raises
    ------
    ValueError
        If the line or a name is not valid.
    """

    _esm = SHELL + "\nexport default { render: ({ model, el }) => makePanel({ model, el }) };\n"
    _css = SHELL_CSS

    title = traitlets.Unicode().tag(sync=True)
    controls: Any = traitlets.List().tag(sync=True)
    view: Any = traitlets.Dict().tag(sync=True)

    def __init__(
        self, definition: Definition, state: str = "", hide: Sequence[str] = (), **traits: Any
    ) -> None:
        self.definition = definition
        definition.controls.require_known(hide)
        shown = [c for name, c in definition.controls.by_name.items() if name not in hide]
        super().__init__(
            title=definition.title,
            controls=[{"kind": type(c).__name__.lower(), **asdict(c)} for c in shown],
            view=self.message(definition.controls.from_line(state)),
            **traits,
        )
        self.on_msg(lambda _, content, __: self.answer(content))

    @property
    def state(self) -> State:
        """The state shown at the moment."""
        return dict(self.view["state"])

    @property
    def line(self) -> str:
        """The state as one line of text, to be pasted elsewhere."""
        return str(self.view["line"])

    def answer(self, request: Mapping[str, Any]) -> None:
        """Show what the browser asks for.

        A request that is not valid leaves the picture and shows the reason. The views of next
        steps, "ahead", are sent and not shown.
        """
        if "ahead" in request:
            steps = [(*step, self._after(request["state"], step)) for step in request["ahead"]]
            self.send({"of": request["of"], "ahead": steps})
            return
        serial = int(request.get("serial", 0))
        try:
            self.view = self.message(*self.asked(request), serial)
        except ValueError as error:
            self.view = {**self.view, "serial": serial, "error": str(error)}

    def _after(self, state: State, step: Sequence[Any]) -> dict[str, Any]:
        return self.message(*self.asked({"state": state, "changes": [step]}))

    def asked(self, request: Mapping[str, Any]) -> tuple[State, str]:
        """Return the state that a request leads to, and the control that was moved last.

        Parameters
        ----------
        request
            A "state", or a "line" that was pasted, and "changes" to it: names of controls and
            their new values, in the order in which they were moved.

        Raises
        ------
        ValueError
            If the line, a name or a value is not valid.
        """
        controls, changed = self.definition.controls, ""
        if "line" in request:
            state = controls.from_line(str(request["line"]))
        else:
            state = controls.check(request["state"])
        for name, value in request.get("changes", ()):
            state, _ = self.definition.settle(state, changed)
            state, changed = controls.check({**state, name: value}), name
        return state, changed

    def message(
        self, state: Mapping[str, object], changed: str = "", serial: int = 0
    ) -> dict[str, Any]:
        """Turn a state into what the browser shows."""
        view = self.definition.view(state, changed)
        return {
            "serial": serial,
            "state": view.state,
            "line": self.definition.controls.to_line(view.state),
            "picture": view.picture,
            "summary": view.summary,
            "ledger": view.ledger._repr_html_(),
            "values": dict(view.values),
            "error": "",
        }

    def static_html(self) -> str:
        """Return picture and table for pages on which nothing runs."""
        return self.definition.static_html(self.state)

    def __repr__(self) -> str:
        return f"{self.definition.title}: {self.view['summary']}"


def _number(text: str) -> int | float | str:
    """Read a number; what is none is refused as it was written."""
    try:
        return float(text) if any(c in text for c in ".en") else int(text)
    except ValueError:
        return text


def _listed(values: Sequence[int | float]) -> str:
    shown = [f"{value:g}" for value in values]
    return ", ".join(shown if len(shown) <= 12 else [*shown[:3], "...", shown[-1]])
