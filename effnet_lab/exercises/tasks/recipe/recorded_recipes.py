"""The recorded recipes as rows: what each reached after two trainings, and what it gains."""

from collections.abc import Iterable
from statistics import fmean
from typing import NamedTuple

from ....records.compare import Difference, compare
from ....records.labels import BASE
from ....records.runs import RunRecord
from ....records.statistics import results
from ....view.style import format_signed


class Row(NamedTuple):
    """A recipe's means over seeds, in percent, and what it gains over the base; none for that."""

    train: float
    val: float
    gain: Difference | None = None

    @property
    def points(self) -> str:
        """The gain in points, and its margin."""
        assert self.gain is not None
        assert self.gain.margin is not None
        return f"{format_signed(100 * self.gain.value)} ± {100 * self.gain.margin:.1f}"

    @property
    def verdict(self) -> str:
        """What the runs show of it."""
        assert self.gain is not None
        if not self.gain.told_apart:
            return "within noise"
        return "a gain" if self.gain.value > 0 else "a loss"

    @property
    def told(self) -> str:
        """Both, in words."""
        return f"{self.points}, {self.verdict}"


class Training(NamedTuple):
    """A recorded study: the rows of all recipes, the base's first; epochs, and seeds of each."""

    rows: dict[str, Row]
    epochs: int
    seeds: int

    @property
    def added(self) -> dict[str, Row]:
        """The rows of recipes that add something to the base, best first."""
        less_or_other = ("no augmentation", "flip only", "learning rate")
        rows = {n: r for n, r in self.rows.items() if r.gain and not n.startswith(less_or_other)}
        return dict(sorted(rows.items(), key=lambda pair: -pair[1].val))


def training(records: Iterable[RunRecord]) -> Training:
    """Return a study of recipes as rows by their names."""
    found = results(records, "val_accuracy")
    base = next(result for result in found if result.family == BASE)
    gains = {id(gain.first): gain for gain in compare(found).against(base)}
    rows = {}
    for result in (base, *(one for one in found if one is not base)):
        train = fmean(run.history[-1].train_accuracy for run in result.runs)
        name = str(result.labels.get("ingredient", BASE))
        rows[name] = Row(100 * train, 100 * result.mean, gains.get(id(result)))
    return Training(rows, len(base.runs[0].history), min(result.n for result in found))
