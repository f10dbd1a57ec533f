"""What the recorded runs say, for the reveals of questions: differences with their intervals."""

from collections.abc import Iterable

from ..records.compare import Comparison, Difference, compare
from ..records.runs import recorded
from ..records.statistics import Result, results
from ..view.report import difference_in_words


class Study:
    """A recorded study by the names of its networks."""

    def __init__(self, name: str, metric: str = "test_accuracy") -> None:
        self.comparison: Comparison = compare(results(recorded(name), metric))
        self.results = {result.spec.name: result for result in self.comparison.results}

    def __getitem__(self, name: str) -> Result:
        return self.results[name]

    def gain(self, name: str, base: str, beside: Iterable[str] = ()) -> Difference:
        """Compare one network with another, as one of several that are looked at together."""
        together = dict.fromkeys([name, *beside])
        return self.comparison.against(self[base], [self[one] for one in together])[0]

    def range(self, names: Iterable[str]) -> Difference:
        """Compare the best of some networks with the worst, as one of all pairs."""
        return self.comparison.lead([self[name] for name in names])[-1]

    def winner(self, names: Iterable[str]) -> tuple[str, str]:
        """Return the best of some networks, and in words how far it is ahead of each other one.

        Raises
        ------
        ValueError
            If the runs do not tell it from all of them: then there is nothing to ask.
        """
        lead = self.comparison.lead([self[name] for name in names])
        if not all(found.told_apart for found in lead):
            raise ValueError(f"{said(lead)}: too close to call, so no question has this answer")
        return lead[0].first.spec.name, said(lead)


def said(found: Iterable[Difference]) -> str:
    """Write differences, each with its interval."""
    return "; ".join(
        f"{one.first.spec.name} over {one.second.spec.name}: {difference_in_words(one)}"
        for one in found
    )
