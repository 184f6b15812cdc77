"""``opsin studio``: the studio, as a page in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from .. import data, io
from .files import FILE_ERRORS, shown


@click.command("studio")
@click.argument("image", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; by default any that is free.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
def studio(image: str | None, port: int, no_browser: bool) -> None:
    """Open a page in the browser to try out operations on IMAGE, or on a sample.

    Steps are added, changed by sliders and reordered, while the picture follows. What was found is exported as Python,
    as a line for `opsin apply`, and as a recipe for `opsin apply --recipe`. The page comes from this computer, which
    alone can open it, and loads nothing from elsewhere. Ctrl-C ends it.
    """
    from .._page.server import show_in_browser
    from ..studio import Studio

    try:
        session = Studio(io.imread(image), Path(image).name) if image else Studio(data.disks(), "disks.png")
    except FILE_ERRORS as error:
        raise click.ClickException(f"{shown(image or '')}: {error}") from None
    try:
        show_in_browser(session, port, opens=not no_browser)
    except OSError as error:
        raise click.ClickException(f"--port {port}: {error.strerror or error}") from None
