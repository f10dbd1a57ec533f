"""`effnet-lab`: the commands that the Makefile, learners and teachers call.

Each command imports what it needs when it runs, so that `effnet-lab cost b0` answers at once. A
`ValueError`, `RuntimeError` or `OSError` that a command raises is shown as its message alone, and
the exit status is 1; wrongly called it is 2.
"""

from typing import Any

import click

from .. import __version__
from .cifar10 import data
from .classes import classes
from .exercises import exercise
from .networks import curve, print_cost, train
from .parameters import examples
from .studies import study


class Commands(click.Group):
    """Commands whose errors are for people: a message and no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except (BrokenPipeError, click.exceptions.Exit, click.Abort):
            raise  # click ends these quietly
        except (OSError, RuntimeError, ValueError) as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)


main = click.version_option(__version__, message="%(prog)s %(version)s")(
    Commands(
        "effnet-lab",
        commands=[print_cost, data, train, curve, study, exercise, classes],
        help="EfficientNet from the inside.",
        epilog=examples("cost b0", "train --budget 60s", "study report", "exercise start 01")
        + '\n\n\b\nCompletion in bash:\n  eval "$(_EFFNET_LAB_COMPLETE=bash_source effnet-lab)"',
        context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    )
)
