"""The page as a widget of a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

from .._errors import missing_extra
from .view import MODULE, View, answer


@cache
def _widget_class() -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise missing_extra("Controls in a notebook", "notebook") from None

    # A statement would be an error for type checkers that do not find anywidget.
    members = {
        "__doc__": "Shows a view.",
        "_esm": MODULE,
        "kind": traitlets.Unicode().tag(sync=True),
        "start": traitlets.Dict().tag(sync=True),
    }
    return type("Page", (anywidget.AnyWidget,), members)


def widget(view: View) -> Any:
    """Return a widget that shows a view."""
    page = _widget_class()(kind=view.kind, start=view.start)

    def receive(_: Any, message: dict[str, Any], buffers: Sequence[Any]) -> None:
        reply, parts = answer(view, message.get("message", {}), bytes(buffers[0]) if buffers else b"")
        page.send({"id": message.get("id"), "reply": reply}, buffers=parts)

    page.on_msg(receive)
    return page


class Shown(View):
    """A view that notebooks show, as a widget that is made when one shows it."""

    @cached_property
    def _widget(self) -> Any:
        return widget(self)

    def _display_(self) -> Any:
        """Return what marimo shows."""
        return self._widget
