from types import SimpleNamespace

import pytest

from effnet_lab.records.runs import Epoch
from effnet_lab.view import LiveCurve, Picture
from effnet_lab.view.plots import live

HISTORY = [
    Epoch(1000 * n, 2.0 * n, 0.1, 2.3 - 0.2 * n, 0.1 * n, 2.2 - 0.2 * n, 0.12 * n)
    for n in range(1, 5)
]


def state(pictures: int = 1400, **changes: object) -> SimpleNamespace:
    """What `quick_train` shows its monitor: four epochs of a thousand pictures."""
    fields = {
        "pictures": pictures,
        "pictures_total": 4000,
        "pictures_per_epoch": 1000,
        "seconds": pictures / 500,
        "seconds_left": (4000 - pictures) / 500,
        "train_loss": 2.0,
        "learning_rate": 0.1,
        "train_accuracy": 0.2,
        "history": HISTORY[: pictures // 1000],
        "status": "running",
    }
    return SimpleNamespace(**{**fields, **changes})


class Notebook:
    """Stands for IPython's display: counts displays, keeps what was put into them."""

    def __init__(self) -> None:
        self.displays = 0
        self.shown: list[object] = []

    def __call__(self, thing: object, *, display_id: bool) -> "Notebook":
        assert display_id is True
        self.displays += 1
        self.shown.append(thing)
        return self

    def update(self, thing: object) -> None:
        self.shown.append(thing)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def notebook(monkeypatch) -> Notebook:
    made = Notebook()
    monkeypatch.setattr(live, "notebook_display", lambda: made)
    return made


def html(thing: object) -> str:
    return thing._repr_mimebundle_()["text/html"]


def text(thing: object) -> str:
    return thing._repr_mimebundle_()["text/plain"]


def test_outside_a_notebook_nothing_happens(capsys):
    curve = LiveCurve()
    curve.update(state())
    curve.close()
    assert capsys.readouterr() == ("", "")
    assert isinstance(curve.picture(), Picture)


def test_a_terminal_is_no_notebook(monkeypatch):
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace())
    monkeypatch.setitem(live.sys.modules, "IPython", shell)
    assert live.notebook_display() is None


def test_a_kernel_is_a_notebook(monkeypatch):
    pytest.importorskip("IPython")
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    from IPython.display import display

    assert live.notebook_display() is display


def test_one_display_is_updated_in_place_and_ends_as_a_picture(notebook):
    clock = Clock()
    curve = LiveCurve(clock=clock)
    for pictures in range(400, 4001, 400):
        curve.update(state(pictures))
        clock.now += 1
    curve.close()
    assert notebook.displays == 1
    assert len(notebook.shown) == 11
    final = notebook.shown[-1]
    assert isinstance(final, Picture)
    assert [row[1] for row in final.rows] == [1000, 2000, 3000, 4000]
    assert "48.0%" in final.alt
    assert all("currentColor" in html(thing) for thing in notebook.shown)


def test_the_figure_is_made_once(notebook, monkeypatch):
    made = []
    build = live.curve_axes
    monkeypatch.setattr(live, "curve_axes", lambda *a: made.append(build(*a)) or made[-1])
    clock = Clock()
    curve = LiveCurve(clock=clock)
    for pictures in (500, 1500, 2500):
        curve.update(state(pictures))
        clock.now += 1
    assert len(made) == 1
    assert len({html(thing) for thing in notebook.shown}) == 3


def test_the_display_changes_at_most_twice_a_second(notebook, monkeypatch):
    monkeypatch.setattr(live._GrowingCurve, "draw", lambda *_: "<svg></svg>")
    clock = Clock()
    curve = LiveCurve(clock=clock)
    for step in range(1000):
        clock.now = step / 100
        curve.update(state(step + 1))
    assert 15 <= len(notebook.shown) <= 20


def test_a_slow_drawing_leaves_most_of_the_time_to_the_training(notebook, monkeypatch):
    clock, drawn = Clock(), []

    def slow(self: object, moment: object, trail: object) -> str:
        clock.now += 0.3
        drawn.append(clock.now)
        return f"<svg>{len(drawn)}</svg>"

    monkeypatch.setattr(live._GrowingCurve, "draw", slow)
    curve = LiveCurve(clock=clock)
    while clock.now < 60:
        clock.now += 0.01
        curve.update(state())
    assert 6 <= len(drawn) <= 10
    assert 0.3 * len(drawn) < 0.05 * 60
    # Between two drawings the line goes on.
    assert len(notebook.shown) > 90


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "epoch 1.4 of 4, 5 s left, validation 12.0%"),
        ({"pictures": 400, "history": []}, "epoch 0.4 of 4, 7 s left"),
        ({"seconds_left": None, "history": []}, "epoch 1.4 of 4, 3 s"),
        ({"pictures_per_epoch": None, "history": []}, "1.4 K of 4 K pictures, 5 s left"),
        (
            {"pictures": 4000, "seconds": 8.0, "history": HISTORY, "status": "finished"},
            "epoch 4.0 of 4, 8 s, validation 48.0%, finished",
        ),
    ],
)
def test_one_line_says_how_far_it_is(notebook, changes, line):
    LiveCurve().update(state(**changes))
    assert text(notebook.shown[-1]) == line
    assert line in html(notebook.shown[-1])


def test_a_state_that_goes_on_changing_is_not_kept(notebook):
    curve, now = LiveCurve(), state()
    curve.update(now)
    now.history.append("rubbish")
    now.pictures = -1
    curve.close()
    assert [row[1] for row in notebook.shown[-1].rows] == [1000]


def test_a_stop_before_the_first_epoch_leaves_its_line(notebook):
    curve = LiveCurve()
    curve.update(state(400))
    curve.close()
    assert text(notebook.shown[-1]).startswith("epoch 0.4 of 4")


def test_a_training_without_a_step_shows_nothing(notebook):
    LiveCurve().close()
    assert notebook.shown == []


def test_numbers_that_are_none_do_not_stop_the_training(notebook):
    curve = LiveCurve()
    curve.update(state(400, train_loss=float("nan"), train_accuracy=float("nan")))
    curve.close()
    assert len(notebook.shown) == 2
