"""``python -m opsin.cli``."""

from . import main

main(prog_name="opsin")
