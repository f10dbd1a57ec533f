"""`effnet-lab data`: the pictures of CIFAR-10."""

from pathlib import Path

import click

from .parameters import examples, folder


@click.group()
def data() -> None:
    """Look for, fetch or check CIFAR-10."""


@data.command(epilog=examples("data status"))
@folder
def status(folder: Path | None) -> None:
    """Say where it is looked for, and what is there."""
    from ..training.data import status

    click.echo(status(folder))


@data.command(epilog=examples("data download", "data download --folder ~/pictures"))
@folder
def download(folder: Path | None) -> None:
    """Fetch it, 170 MB, unless it is there."""
    from ..training.data import download

    click.echo(f"CIFAR-10 is in {download(folder)}")


@data.command(epilog=examples("data verify"))
@folder
def verify(folder: Path | None) -> None:
    """Read every picture, and compare with the official release."""
    from ..training.data import verify

    click.echo(verify(folder))
