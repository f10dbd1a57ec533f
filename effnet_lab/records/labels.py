"""What a run stands for in tables and pictures: the one place that says what labels mean."""

from collections.abc import Iterator, Mapping

from ..arch import CompoundCoefficients

#: The family of what others are compared with.
BASE = "base"


class Labels(Mapping[str, str | float]):
    """Names and values that a study gives to its runs; they determine nothing.

    They stand outside a run's key, so that a run can be named anew. A study may use names of its
    own; these are known to tables and pictures:

    ========================  =====================================================================
    label                     meaning
    ========================  =====================================================================
    family                    what the run was made for: the direction in which its network grew
                              ("width", "depth", "resolution", "compound"), what its study varies
                              ("grid", "recipe", "architecture"), or "base", what the others are
                              compared with
    alpha, beta, gamma        the compound coefficients that its network was scaled by
    ingredient                the one thing in which its recipe or network differs from the base's
    ========================  =====================================================================

    Raises
    ------
    ValueError
        If a value is neither text nor a number.

    Examples
    --------
    >>> labels = Labels(family="recipe", ingredient="flip only")
    >>> labels.family, labels["ingredient"]
    ('recipe', 'flip only')
    """

    __slots__ = ("_labels",)

    def __init__(self, **labels: str | float) -> None:
        for name, value in labels.items():
            if not isinstance(value, str | int | float) or value != value:
                raise ValueError(f"label {name} is {value!r}; it must be text or a number")
        self._labels = labels

    def __getitem__(self, name: str) -> str | float:
        return self._labels[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    def __hash__(self) -> int:
        return hash(frozenset(self._labels.items()))

    def __repr__(self) -> str:
        return f"Labels({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    @property
    def family(self) -> str:
        """The label `family`; empty if there is none."""
        return str(self.get("family", ""))

    @property
    def coefficients(self) -> CompoundCoefficients | None:
        """The labels `alpha`, `beta` and `gamma`, if all three are there."""
        found = [float(self[name]) for name in ("alpha", "beta", "gamma") if name in self]
        return CompoundCoefficients(*found) if len(found) == 3 else None
