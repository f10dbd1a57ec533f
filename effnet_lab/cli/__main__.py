"""`python -m effnet_lab.cli` is `effnet-lab`."""

from . import main

main(prog_name="effnet-lab")
