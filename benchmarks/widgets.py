"""`python -m benchmarks.widgets`: from a key press to the next frame with the new picture.

Every widget of the course, and beside them `ipywidgets.interact` with an inline matplotlib figure
(the stages' shares and the accuracies, as the Scaling lab shows them), in one JupyterLab in one
browser. The keys go to the widgets in turns, so that a busy machine slows all of them.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

from .browser import chromium, jupyter_lab, open_notebook, run_all

#: What is timed: name -> the code of a notebook cell, and how long a key may take, in ms.
PEER = "interact + inline matplotlib"
CELLS = {
    PEER: (
        """
import ipywidgets, matplotlib.pyplot as plt
from effnet_lab import B0, cost, scaled
from effnet_lab.arch.facts import IMAGENET
def draw(width=10):
    price = cost(scaled(B0, width=width / 10))
    figure, (top, bottom) = plt.subplots(2, figsize=(8, 5))
    stages = price.by_stage()
    top.bar([n - 0.2 for n in stages], [row.macs / price.macs for row in stages.values()], 0.4)
    top.bar([n + 0.2 for n in stages], [row.params / price.params for row in stages.values()], 0.4)
    top.set(xlabel="stage", ylabel="share", title=f"{price.macs:,} MACs")
    bottom.semilogx([row.macs for row in IMAGENET.values()],
                    [row.top1 for row in IMAGENET.values()], "o-")
    bottom.axvline(price.macs, color="black")
    bottom.set(xlabel="MACs", ylabel="top-1 (%)")
    plt.show()
ipywidgets.interact(draw, width=(5, 25))
""",
        None,
    ),
    "the same, a bare bar chart": (
        """
import ipywidgets, matplotlib.pyplot as plt
from effnet_lab import B0, cost, scaled
def bars(width=10):
    sums = cost(scaled(B0, width=width / 10)).by_stage()
    plt.figure(figsize=(8, 4))
    plt.bar(range(len(sums)), [row.macs for row in sums.values()])
    plt.show()
ipywidgets.interact(bars, width=(5, 25))
""",
        None,
    ),
    "scaling lab": ("from effnet_lab.widgets import scaling_lab\nscaling_lab()", 50),
    "convolution costs": ("from effnet_lab.widgets import conv_costs\nconv_costs()", 100),
    "kernel steps": ("from effnet_lab.widgets import kernel_steps\nkernel_steps()", 100),
    "MBConv explorer": (
        "from effnet_lab.widgets import mbconv_explorer\nmbconv_explorer()",
        100,
    ),
    "resolution probe": (
        """
from effnet_lab.training.photograph import photograph
from effnet_lab.nn.pretrained import pretrained_lite0, probabilities_by_resolution
from effnet_lab.widgets import RESOLUTIONS, resolution_probe
photographs = {side: photograph(side) for side in RESOLUTIONS}
resolution_probe(photographs, probabilities_by_resolution(pretrained_lite0(), photographs))
""",
        100,
    ),
    "Pareto explorer": (
        """
from effnet_lab import recorded
from effnet_lab.widgets import pareto_explorer
pareto_explorer(recorded("scaling") + recorded("quick"))
""",
        100,
    ),
}


def notebook() -> str:
    """Return a notebook with a cell for each thing that is timed."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": code.strip(),
        }
        for place, (code, _) in enumerate(CELLS.values())
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


#: Watches one output: `start` is the key's own time stamp, `end` is when the first frame after the
#: new picture (an image: after it has loaded) has been painted.
WATCH = """
(cell) => {
  const code = document.querySelectorAll('.jp-CodeCell')[cell];
  const output = code.querySelector('.jp-Cell-outputArea');
  const state = {start: 0, end: 0};
  output.addEventListener('keydown', e => { state.start = e.timeStamp; state.end = 0; }, true);
  const done = () => { if (!state.end) state.end = performance.now(); };
  const painted = () => requestAnimationFrame(() => setTimeout(done));
  const images = node => node.nodeType === 1 ? [node, ...node.querySelectorAll('img')] : [];
  new MutationObserver(changes => {
    for (const {target, addedNodes} of changes) {
      const image = [...addedNodes].flatMap(images).find(n => n.tagName === 'IMG');
      const where = target.nodeType === 1 ? target : target.parentElement;
      if (image && !image.complete) image.addEventListener('load', painted, {once: true});
      else if (image || (where && where.closest('.effnet-picture-place'))) painted();
    }
  }).observe(output, {subtree: true, childList: true, attributes: true, characterData: true});
  (window.watched ??= {})[cell] = state;
}
"""


def time_key(page: Page, cell: int, key: str) -> float:
    """Press a key on the first slider of a cell; return the milliseconds to the new picture."""
    area = page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea")
    area.locator('input[type="range"], .noUi-handle').first.focus()
    page.keyboard.press(key)
    try:
        page.wait_for_function("cell => window.watched[cell].end > 0", arg=cell, timeout=5000)
    except TimeoutError as error:
        name = list(CELLS)[cell]
        raise RuntimeError(f"{name}: no new picture within 5 s of the key {key}") from error
    page.wait_for_timeout(150)  # let what follows a change settle, as a person would
    state = page.evaluate("cell => window.watched[cell]", cell)
    return float(state["end"] - state["start"])


def measure(repeats: int) -> dict[str, list[float]]:
    """Return the times in milliseconds of each thing in `CELLS`."""
    times: dict[str, list[float]] = {name: [] for name in CELLS}
    with tempfile.TemporaryDirectory() as folder:
        course, settings = Path(folder, "course"), Path(folder, "settings")
        course.mkdir()
        settings.mkdir()
        (course / "widgets.ipynb").write_text(notebook())
        with jupyter_lab(course, settings) as lab, chromium() as browser:
            page = open_notebook(browser, lab, "widgets.ipynb")
            run_all(page, 120)
            for cell in range(len(CELLS)):
                page.evaluate(WATCH, cell)
            for turn in range(repeats + 2):
                for cell, name in enumerate(CELLS):
                    taken = time_key(page, cell, "ArrowLeft" if turn % 4 < 2 else "ArrowRight")
                    if turn >= 2:  # the first ones warm up
                        times[name].append(taken)
    return times


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widgets", description=__doc__)
    parser.add_argument("--repeats", type=int, default=40)
    times = measure(parser.parse_args().repeats)
    found = {
        name: (statistics.median(taken), statistics.quantiles(taken, n=20)[-1])
        for name, taken in times.items()
    }
    heads = ("p50 ms", "p95 ms", "limit", "faster", "at p95")
    print(f"{'key press to new picture':30}{''.join(f'{head:>9}' for head in heads)}")
    for name, taken in found.items():
        limit = CELLS[name][1]
        ratios = [f"{peer / own:.1f} x" for peer, own in zip(found[PEER], taken, strict=True)]
        cells = [f"{ms:.0f}" for ms in taken] + ([f"{limit}", *ratios] if limit else [])
        print(f"{name:30}{''.join(f'{cell:>9}' for cell in cells)}")


if __name__ == "__main__":
    main()
