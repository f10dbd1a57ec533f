"""Data, training, sweeps and studies; torch comes with the modules that need it."""

from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """Load the two modules that lesson 06 looks into, when they are asked for."""
    if name in ("augment", "policy"):
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
