"""What commands have in common: parameters that are read from text, and examples in help."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from .._validate import require_choice
from ..arch import CIFAR_BASE, VARIANTS, NetworkSpec

if TYPE_CHECKING:
    from ..records.runs import Budget

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]


class Read(click.ParamType[Any]):
    """A parameter that a function reads from its text; what it raises is the message.

    Parameters
    ----------
    name
        What it is called in a usage line.
    read
        From text to value; it raises `ValueError` or `OSError`.
    known
        Returns texts that a shell may complete.
    """

    def __init__(
        self, name: str, read: Callable[[str], Any], known: Callable[[], Iterable[str]] = tuple
    ) -> None:
        self.name, self.read, self.known = name, read, known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the text means."""
        try:
            return self.read(value)
        except (OSError, ValueError) as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the known texts that begin so."""
        return [CompletionItem(text) for text in self.known() if text.startswith(incomplete)]


def examples(*calls: str) -> str:
    """Return the end of a help text: calls that a shell understands."""
    return "\n".join(["\b", "Examples:", *(f"  effnet-lab {call}" for call in calls)])


def together(*parameters: Decorator[Any]) -> Decorator[Any]:
    """Make one decorator of several parameters, in the order in which help lists them."""

    def decorate(command: Function) -> Function:
        for parameter in reversed(parameters):
            command = parameter(command)
        return command

    return decorate


def _network(text: str) -> NetworkSpec:
    networks = {**VARIANTS, CIFAR_BASE.name: CIFAR_BASE}
    return networks[require_choice("network", text, networks)]


def network_to_scale(default: str | None = None) -> Decorator[Any]:
    """Let a command take `network`, and `width`, `depth` and `resolution` to scale it by."""
    known = (*VARIANTS, CIFAR_BASE.name)
    kind = Read("network", _network, lambda: known)
    scales = (
        click.option(f"--{name}", type=float, default=1.0, metavar="X", help=f"Scale its {name}.")
        for name in ("width", "depth", "resolution")
    )
    return together(
        click.argument("network", type=kind, default=default, required=not default), *scales
    )


def _budget(text: str) -> "Budget":
    from ..records.runs import Budget

    return Budget.parse(text)


def training_options(budget: str) -> Decorator[Any]:
    """Let a command take `data`, `folder`, `budget` and `seed`."""
    return together(
        click.option("--data", default="auto", help="auto, cifar10, cifar10-tenth or toy."),
        folder,
        click.option(
            "--budget",
            type=Read("budget", _budget),
            default=budget,
            help="Such as 30s, 5m or '4 epochs'.",
        ),
        click.option("--seed", type=int, default=0, help="Of everything random."),
    )


PATH = click.Path(path_type=Path)

folder = click.option("--folder", type=PATH, help="Where CIFAR-10 lies.")


def _one_of_both(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    other = {"workers": "scheduler", "scheduler": "workers"}[str(param.name)]
    if value is not None and ctx.params.get(other) is not None:
        raise click.UsageError("--workers is not allowed with --scheduler", ctx)
    return value


#: `workers` and `scheduler`: where trainings run.
workplace = together(
    click.option(
        "--workers",
        type=int,
        callback=_one_of_both,
        help="Processes; by default one for each core.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        callback=_one_of_both,
        help="Train on the Dask cluster there, such as tcp://host:8786; needs effnet-lab[dask].",
    ),
)
