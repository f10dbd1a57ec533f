"""What every picture promises, for each plot that there is."""

import re
import subprocess
import sys
from functools import cache
from hashlib import sha256
from inspect import get_annotations, isfunction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from drawings import SVG, texts

from effnet_lab import view
from effnet_lab.arch import B0, CIFAR_BASE, Convolution, cost, scaled, separable
from effnet_lab.arch.facts import TABLE_3, TABLE_7
from effnet_lab.records.runs import recorded
from effnet_lab.view import Picture, style

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (20, 3, 32, 32), dtype=np.uint8)
GATES = RANDOM.random(16).astype(np.float32)
MAPS = {
    "input": RANDOM.normal(size=(16, 8, 8)).astype(np.float32),
    "gates": GATES[:, None, None],
    "project": RANDOM.normal(size=(16, 8, 8)).astype(np.float32),
}
QUICK = recorded("quick")
#: Without what learned too little: it is an arrow at the axis' end, with rounded numbers.
RECIPES = [run for run in recorded("recipes") if "learning rate" not in run.spec.name]
LAYERS = {
    "depthwise": Convolution(96, 96, 3, 112, 2, groups=96),
    "pair": separable(256, 256, 3, 14),
}
DIMENSIONS = ("depth", "width", "resolution")

#: Pictures of every plot, by the plot's name.
PLOTS = {
    "accuracy_vs_macs": [
        lambda: view.accuracy_vs_macs(QUICK),
        lambda: view.accuracy_vs_macs(QUICK[1:], QUICK[0], published={"ResNet-8": (12.5e6, 0.66)}),
    ],
    "augmentation_sheet": [
        lambda: view.augmentation_sheet({"plain": PIXELS[:4], "inverted": 255 - PIXELS[:4]})
    ],
    "cost_bars": [lambda: view.cost_bars(cost(B0)), lambda: view.cost_bars(cost(B0), "stage")],
    "cost_of_scaling": [lambda d=d: view.cost_of_scaling(B0, d) for d in DIMENSIONS],
    "depthwise_and_full": [lambda s=s: view.depthwise_and_full(s) for s in (B0, CIFAR_BASE)],
    "effects": [lambda: view.effects({"recipes": RECIPES, "again": RECIPES})],
    "feature_maps": [lambda: view.feature_maps(MAPS)],
    "gains_beside_paper": [lambda: view.gains_beside_paper({"ours": QUICK})],
    "gate_marks": [lambda: view.gate_marks({"one": GATES, "other": GATES[::-1]})],
    "grid_results": [lambda: view.grid_results(recorded("grid"))],
    "growth_by_kind": [lambda d=d: view.growth_by_kind(B0, d) for d in DIMENSIONS],
    "growth_with_phi": [view.growth_with_phi, lambda: view.growth_with_phi(CIFAR_BASE)],
    "intensity_bars": [
        lambda: view.intensity_bars(LAYERS),
        lambda: view.intensity_bars({"one": LAYERS["pair"]}),
    ],
    "phi_wanted": [view.phi_wanted],
    "policy_sheet": [lambda: view.policy_sheet(PIXELS[0], [("invert", 255 - PIXELS[0])] * 11)],
    "published_accuracy": [lambda by=by: view.published_accuracy(by) for by in ("macs", "params")],
    "published_gains": [lambda: view.published_gains(TABLE_3 + TABLE_7)],
    "relu_damage": [lambda: view.relu_damage(PIXELS[0], (3, 6))],
    "sample_pictures": [lambda: view.sample_pictures(PIXELS, np.arange(20) % 10, "abcdefghij")],
    "schedules": [lambda: view.schedules({"a": [0.0, 0.4, 0.2], "b": [0.2, 0.1, 0.1]}, 4)],
    "separable_saving": [view.separable_saving],
    "sight": [lambda: view.sight({"base": B0, "depth": scaled(B0, depth=2)})],
    "train_val_gaps": [lambda: view.train_val_gaps({"recipes": RECIPES})],
    "training_curves": [
        lambda: view.training_curves(QUICK[:1]),
        lambda: view.training_curves(QUICK[:8]),
    ],
}

#: Columns that only the table tells.
TABLE_ONLY = {
    "accuracy_vs_macs": {"network", "parameters", "standard deviation (points)", "family", "n"},
    "augmentation_sheet": {"pictures changed", "mean change of a value (0 to 255)"},
    "depthwise_and_full": {"of these MACs in such convolutions (%)"},
    "effects": {"verdict"},
    "feature_maps": {"mean", "share below zero"},
    "gains_beside_paper": {"network", "MACs over the base's", "± (95% interval)", "verdict"},
    "grid_results": {"scaled in", "MACs", "behind the best (points)"},
    "growth_by_kind": {"MACs before", "MACs after"},
    "intensity_bars": {"MACs", "bytes moved"},
    "policy_sheet": {"picture", "mean change of a value (0 to 255)", "mean value (0 to 255)"},
    "published_accuracy": {"parameters", "MACs"},
    "published_gains": {"MACs", "MACs, ratio", "top-1 (%)"},
    "sample_pictures": {"training pictures"},
    "sight": {"receptive field (pixels)", "picture (pixels)"},
    "train_val_gaps": {"training − validation (points)"},
}

#: All that `view.style` gives to what has a colour.
COLOURS = {
    colour.lower()
    for colour in (
        *(look.colour for look in style.FAMILIES.values()),
        *(look.tint for look in style.KIND_LOOKS.values()),
        *(style.NEUTRAL, style.PATTERN, style.PLAIN_BAR.tint),
    )
}

CASES = [(name, make) for name, makes in PLOTS.items() for make in makes]


@cache
def picture_of(number: int) -> Picture:
    return CASES[number][1]()


@pytest.fixture(scope="module", params=range(len(CASES)), ids=lambda number: CASES[number][0])
def case(request) -> tuple[str, Picture]:
    """A plot's name, and a picture of it."""
    return CASES[request.param][0], picture_of(request.param)


@pytest.fixture(scope="module")
def picture(case) -> Picture:
    return case[1]


@pytest.fixture(scope="module")
def page(picture) -> str:
    return picture.to_html()


def digests() -> list[str]:
    pages = (picture_of(number).to_html() for number in range(len(CASES)))
    return [sha256(page.encode()).hexdigest()[:8] for page in pages]


def coordinates(picture):
    """Where marks stand, and where bars begin and end."""
    for axes in picture.figure.axes:
        for line in axes.lines:
            yield from (np.ravel(line.get_xdata()), np.ravel(line.get_ydata()))
        for bar in axes.patches:
            x, y, width, height = bar.get_bbox().bounds
            yield from ([width, x + width], [height, y + height])
        for group in axes.collections:
            segments = getattr(group, "get_segments", list)()
            yield from (np.ravel(part) for part in [*segments, group.get_offsets()])


def written(text):
    """Numbers that a text holds, with half a unit of their last digit."""
    for sign, whole, part, unit in re.findall(r"([−-]?)(\d+)(\.\d+)?(?: ([KMG])\b)?", text):
        scale = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[unit]
        value = float(whole + part) * scale * (-1 if sign else 1)
        yield value, 0.5 * scale * 10.0 ** -max(0, len(part) - 1)


def drawn_in(picture):
    """Numbers that a picture shows, as two arrays: values, and how far they may be off."""
    values = np.concatenate([*coordinates(picture), []]).astype(float)
    said = [pair for text in texts(picture) for pair in written(text)]
    exact = np.column_stack([values, 1e-9 * np.abs(values)])
    return np.vstack([exact, np.array(said).reshape(-1, 2)]).T


def is_drawn(number, values, slack):
    """Whether a cell is among the numbers; it may be rounded to its last digit."""
    _, _, decimals = str(number).partition(".")
    own = 0.51 * 10.0 ** -len(decimals) if decimals else 0
    return bool((np.abs(values - number) <= slack + own + 1e-9 * abs(number)).any())


def test_every_plot_is_here():
    functions = {name: getattr(view, name) for name in view.__all__}
    plots = {
        name
        for name, function in functions.items()
        if isfunction(function) and get_annotations(function)["return"] in (Picture, "Picture")
    }
    assert plots == set(PLOTS)


def test_it_says_in_words_what_it_shows(picture):
    assert len(picture.alt) > 40
    assert picture.rows
    assert len(set(picture.columns)) == len(picture.columns)


def test_the_table_holds_what_is_drawn(case):
    name, picture = case
    words = " | ".join(texts(picture))
    values, slack = drawn_in(picture)
    for row in picture.rows:
        for column, cell in zip(picture.columns, row, strict=True):
            if column in TABLE_ONLY.get(name, ()) or cell is None or isinstance(cell, bool):
                continue
            found = cell in words if isinstance(cell, str) else is_drawn(cell, values, slack)
            assert found, f"{column}: {cell}"


def test_it_takes_the_colours_of_the_page_and_of_the_style(picture):
    svg = picture.to_svg()
    assert "currentColor" in svg
    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", svg)} <= COLOURS


def test_a_file_of_it_is_black_on_white(picture, tmp_path):
    text = picture.save(tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert "#000000" in text
    assert not re.search(rf"currentColor|{style.INK}|{style.PAPER}", text)


def test_its_text_is_text_in_the_fonts_of_the_page(picture):
    root = ElementTree.fromstring(picture.to_svg())
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.alt
    said = " ".join(" ".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    for text in (*picture.figure.texts, *(t for axes in picture.figure.axes for t in axes.texts)):
        assert " ".join(text.get_text().split()) in " ".join(said.split())
    fonts = {element.get("style") for element in root.iter(f"{SVG}text")}
    assert all("system-ui" in font and "DejaVu" not in font for font in fonts)


def test_it_stays_inside_of_its_frame(picture):
    """Title and caption stand clear of what is drawn, and nothing is cut off."""
    figure = picture.figure
    with style.rc():
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        heads = [t.get_window_extent(renderer) for t in figure.texts[:2] if t.get_text()]
        inside = [axes.get_tightbbox(renderer) for axes in figure.axes]
    for box in [*heads, *inside]:
        assert -1 <= box.x0 < box.x1 <= figure.bbox.x1 + 1
        assert -1 <= box.y0 < box.y1 <= figure.bbox.y1 + 1
    for head in heads:
        assert not any(head.overlaps(axes) for axes in inside)


def test_a_page_holds_no_number_that_is_none(page):
    assert not re.search(r"\bnan\b|\binf\b", page)


@pytest.mark.slow
def test_another_process_draws_the_same_without_torch_or_a_screen():
    code = """
import sys
sys.path[:0] = sys.argv[1:]
from test_plots import digests
print(digests(), *{"torch", "matplotlib.pyplot", "IPython"} & sys.modules.keys())
"""
    folder = Path(__file__).parent
    command = [sys.executable, "-c", code, str(folder), str(folder.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(digests())
