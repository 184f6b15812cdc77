"""What a page shows, on the side of Python: it answers messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Reply: TypeAlias = tuple[dict[str, Any], list[bytes]]
"""What JSON holds, and arrays of bytes."""

MODULE = Path(__file__).with_name("page.js")
"""The ES module of the page."""


class View(Protocol):
    """Something that a page shows."""

    @property
    def kind(self) -> str:
        """The part of `page.js` that shows it."""

    @property
    def start(self) -> dict[str, Any]:
        """The first message to the page."""

    def receive(self, message: Mapping[str, Any], content: bytes = b"") -> Reply:
        """Answer a message of the page."""


def answer(view: View, message: Mapping[str, Any], content: bytes = b"") -> Reply:
    """Return the reply of a view, and what went wrong as a reply, too: a page goes on after any error."""
    try:
        return view.receive(message, content)
    except Exception as error:
        return {"failure": f"{type(error).__name__}: {error}"}, []
