"""``python -m opsin`` is the command line tool."""

from .cli import main

main(prog_name="opsin")
