"""Is this machine ready for the course? What was found, and what to do where it is not."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..arch import CIFAR_BASE
from ..records.runs import Recipe
from ..training.data import CIFAR10_TRAIN_PICTURES, status
from ..view.style import format_seconds
from ..view.tables import Table

#: What the lessons import beside the package itself.
LESSON_PACKAGES = ("torch", "numpy", "matplotlib", "jupyterlab", "ipywidgets", "torchinfo")

#: A checkpoint, a few records and CIFAR-10 with its archive.
DISK_BYTES = 600_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `advice` is empty where all is well."""

    item: str
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class MachineReport:
    """What `check_machine` found."""

    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is left to do."""
        return not any(finding.advice for finding in self.findings)

    def table(self) -> Table:
        """Return the findings for display."""
        state = "ready" if self.ready else "see the advice below"
        rows = tuple(
            (f.item, f.found, "✔ ready" if not f.advice else f"✘ {f.advice}") for f in self.findings
        )
        return Table(f"This machine: {state}", ("what", "found", "verdict"), rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.table())


def check_machine() -> MachineReport:
    """Look at Python, packages, disk, data and speed; takes about two seconds."""
    checks: tuple[Callable[[], Finding], ...] = (_python, _packages, _disk, _data, _speed)
    return MachineReport(tuple(check() for check in checks))


def _python() -> Finding:
    enough = sys.version_info >= (3, 11)
    return Finding(
        "Python", platform.python_version(), "" if enough else "install Python 3.11 or newer"
    )


def _packages() -> Finding:
    found, missing = [], []
    for name in LESSON_PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    advice = f"missing: {', '.join(missing)}; run `make lab`" if missing else ""
    return Finding("packages", ", ".join(found), advice)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    advice = "" if free > DISK_BYTES else f"free {DISK_BYTES / 1e6:.0f} MB for data and results"
    return Finding("disk", f"{free / 1e9:.1f} GB free", advice)


def _data() -> Finding:
    # Without CIFAR-10 the course runs on the toy set; a broken copy stops it.
    found = status().splitlines()[0]
    broken = found.startswith("a broken")
    return Finding("pictures", found, "run `effnet-lab data download`" if broken else "")


def _speed() -> Finding:
    from ..training.steps import seconds_per_picture, where_to_train

    device, threads = where_to_train(Recipe())
    seconds = seconds_per_picture(CIFAR_BASE, Recipe(), threads, device=device)
    epoch = format_seconds(seconds * CIFAR10_TRAIN_PICTURES)
    where = f"{threads} of {os.cpu_count()} cores" if device.type == "cpu" else f"{device}"
    found = f"{1 / seconds:,.0f} pictures a second on {where}"
    slow = "close other programs: a lesson's training would take minutes"
    return Finding("speed", f"{found}; once over CIFAR-10: {epoch}", slow if seconds > 2e-3 else "")
