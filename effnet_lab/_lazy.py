"""Public names that load on first use (PEP 562), so that an import is instant."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_of(modules: Mapping[str, str]) -> dict[str, str]:
    """Turn module -> its public names, with spaces between, into name -> module."""
    return {name: module for module, names in modules.items() for name in names.split()}


def lazy_names(
    package: str, home: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package
        The full name of the package, its ``__name__``.
    home
        Public name -> the module below the package that holds it; see `names_of`.
    """
    names = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        names[name] = getattr(import_module(f".{home[name]}", package), name)
        return names[name]

    return load, lambda: sorted({*names, *home})
