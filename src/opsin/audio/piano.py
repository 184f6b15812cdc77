"""A piano to play on, in a notebook or in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._page.notebook import Shown
from .._page.view import Reply
from .synthesis import Note, note, scale


class Piano(Shown):
    """What `piano` returns; a notebook shows it.

    Attributes
    ----------
    notes : dict of str to float
        The frequency of each key in hertz, by the name of its note, from the lowest.
    """

    kind = "piano"

    def __init__(self, notes: Mapping[str, float]) -> None:
        self.notes = dict(notes)

    @property
    def start(self) -> dict[str, Any]:
        """The first message to the page."""
        return {"notes": list(self.notes.items())}

    def receive(self, message: Mapping[str, Any], content: bytes = b"") -> Reply:
        """Answer a message of the page, which needs nothing."""
        return {}, []

    def open(self) -> None:
        """Open the piano as a page in the browser, and wait until Ctrl-C. Notebooks do not need it."""
        from .._page.server import show_in_browser

        show_in_browser(self)

    def __repr__(self) -> str:
        names = list(self.notes)
        return f"<Piano: {len(names)} keys, {names[0]} to {names[-1]}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what Jupyter shows."""
        try:
            return self._widget._repr_mimebundle_()
        except ImportError as error:
            return {"text/plain": f"{self!r}\n{error}"}


def piano(first: Note = "C4", last: Note = "C5") -> Piano:
    """Make a piano of the keys from one note to another.

    In a notebook, with ``pip install 'opsin[notebook]'``, it is shown and can
    be played with the mouse, with several fingers, and with the keys of the
    computer: A, W, S, E, D, ... for the white and black keys from the left.
    `Piano.open` shows it in the browser.

    Parameters
    ----------
    first, last : str or int
        The lowest and the highest note: a name such as "C4", or a MIDI number.

    Returns
    -------
    Piano
        Its ``notes`` has the frequency of each key by its name.

    Raises
    ------
    ValueError
        If there is no such note, or `last` is lower than `first`.

    See Also
    --------
    scale : The names of the notes.
    melody : The sound of a text of notes.

    Examples
    --------
    >>> from opsin.audio import piano
    >>> keys = piano("C5", "C6")
    >>> keys
    <Piano: 13 keys, C5 to C6>
    >>> round(keys.notes["A5"])
    880
    """
    if note(last) < note(first):
        raise ValueError(f"last must not be below first; got {first!r} and {last!r}.")
    return Piano({name: note(name) for name in scale(first, last)})
