"""Checks at the edge where a person's input enters: name, value and valid range in one message."""

from collections.abc import Collection


def require_int(name: str, value: object, low: int, high: int) -> int:
    """Return ``value`` if it is an integer in ``[low, high]``, else raise ``ValueError``."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; it must be an integer from {low:,} to {high:,}")
    return value


def require_number(name: str, value: object, low: float, high: float) -> float:
    """Return ``value`` if it is a finite number in ``[low, high]``, else raise ``ValueError``."""
    # NaN fails both comparisons; infinities and huge integers one.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; it must be a number from {low:g} to {high:g}")
    return value


def require_choice(name: str, value: object, choices: Collection[str]) -> str:
    """Return ``value`` if it is one of ``choices``, else raise ``ValueError``."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(sorted(choices))}")
    return value
