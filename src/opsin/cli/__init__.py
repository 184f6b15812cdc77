"""The command line tool, made from the declarations of the operations."""

from __future__ import annotations

import click

from .. import __version__
from . import sound
from .apply import apply
from .bench import bench
from .describe import info, ops
from .studio import studio


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="opsin")
def main() -> None:
    """Process images, and sound, from the command line."""


@main.command("completion", short_help="Print the script that completes opsin's words in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes opsin's words in SHELL; put it where the shell starts.

    For bash: opsin completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "opsin", "_OPSIN_COMPLETE").source())


for command in (ops, info, apply, studio, bench, *sound.COMMANDS):
    main.add_command(command)
