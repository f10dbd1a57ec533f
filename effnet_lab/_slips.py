"""A slip is a known way to get something wrong: a name, how it goes wrong, and what to say of it.

It goes wrong by options of what is right (the *reference*), or by a function of its own. Whoever
judges an exercise, or a block, names the slip that did what the learner's code did in every trial:
`slip_that_explains`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, combinations
from typing import Any, Self, TypeAlias, TypeVar

#: The keyword arguments of a call.
Case: TypeAlias = Mapping[str, Any]
Function: TypeAlias = Callable[..., Any]

Trial = TypeVar("Trial")


@dataclass(frozen=True)
class Slip:
    """A known way to get a function wrong; see `slip`.

    Parameters
    ----------
    name
        Lower case, with hyphens.
    gives
        The function that is wrong in this way, called by keywords; None until `of` finds it.
    options
        Of the reference, with which it is wrong in this way.
    others
        The same slip made in another way.
    wraps
        Makes any function, right or wrong, go wrong in this way on top; None if only the reference
        can.
    message
        What is wrong, for the learner. In a text `{kernel}` stands for an argument of the call
        that shows it; a function gets all arguments of that call. Empty if the values tell.
    """

    name: str
    gives: Function | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    message: str | Callable[[Case], str] = ""
    others: "tuple[Slip, ...]" = ()
    wraps: Callable[[Function], Function] | None = None

    def either(self, gives: Function | None = None, /, **options: Any) -> Self:
        """Return the same slip, which can be made in another way, too: as for `slip`."""
        return replace(self, others=(*self.others, Slip(self.name, gives, options)))

    def says(self, message: str | Callable[[Case], str]) -> Self:
        """Return the same slip with what it says."""
        return replace(self, message=message)

    def of(self, right: Function, generic: "Iterable[Slip]" = ()) -> "Iterator[Slip]":
        """Yield the same slip of a reference, with the function that is wrong: once for each way.

        Parameters
        ----------
        right
            The reference.
        generic
            Slips that go wrong in the same way for all references, with their functions.

        Raises
        ------
        ValueError
            If it has neither a function nor options, and its name is not that of a generic slip.
        """
        for one in self.others:
            yield from replace(one, message=self.message).of(right, generic)
        yield replace(self, others=(), **self._way(right, generic))

    def _way(self, right: Function, generic: "Iterable[Slip]") -> dict[str, Any]:
        if self.gives:
            return {}
        if self.options:
            return {"gives": partial(right, **self.options)}
        for known in generic:
            if known.name == self.name:
                message = self.message or known.message
                return {"gives": known.gives, "message": message, "wraps": known.wraps}
        raise ValueError(
            f"slip {self.name!r} has neither options nor a function, and no generic slip of "
            f"{right.__name__} has this name"
        )

    def explain(self, case: Case) -> str:
        """Say what is wrong, for the arguments of a call, defaults included."""
        if callable(self.message):
            return self.message(case)
        return self.message.format_map(case) if "{" in self.message else self.message


def slip(name: str, gives: Function | None = None, /, **options: Any) -> Slip:
    """Return a slip: a function that is wrong, or options of the reference, or a generic one.

    Examples
    --------
    >>> slip("no-bias", bias_counts=False).says("Each output has a bias, too.").options
    {'bias_counts': False}
    """
    return Slip(name, gives, options)


def both(one: Slip, other: Slip, right: Function) -> Slip | None:
    """Return two slips at once: by options of the reference, or one on top of the other.

    None if they do not go together, or one of them has nothing to say.
    """
    options: Mapping[str, Any] = {}
    if one.options and other.options and one.options.keys().isdisjoint(other.options):
        options = {**one.options, **other.options}
        gives: Function = partial(right, **options)
    elif not (one.message and other.message):
        return None
    elif one.gives and other.wraps:
        gives = other.wraps(one.gives)
    elif one.wraps and other.gives:
        gives = one.wraps(other.gives)
    else:
        return None

    def says(case: Case) -> str:
        first, second = one.explain(case), other.explain(case)
        return first if first == second else f"Two things: (1) {first} (2) {second}"

    name = one.name if one.name == other.name else f"{one.name}-and-{other.name}"
    return Slip(name, gives, options, says)


def pairs(slips: Sequence[Slip], right: Function) -> Iterator[Slip]:
    """Yield each two slips that can be made at once; see `both`."""
    return filter(None, (both(one, other, right) for one, other in combinations(slips, 2)))


def slip_that_explains(
    slips: Sequence[Slip],
    right: Function,
    trials: Sequence[Trial],
    behaves: Callable[[Slip, Trial], bool],
) -> Slip | None:
    """Return the first slip that explains all trials, or the first two at once; None if none does.

    Parameters
    ----------
    slips
        With their functions, in the order in which they are tried.
    right
        The reference.
    trials
        What was tried.
    behaves
        Whether a slip does in a trial what the learner's code did.
    """
    ways = chain(slips, pairs(slips, right))
    return next((one for one in ways if all(behaves(one, trial) for trial in trials)), None)
