"""What the adapters of all peers share: a table of adapters, and what cannot be translated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

Adapter = Callable[..., Any]

NUMPY_TO_OPSIN = {"reflect": "mirror", "symmetric": "reflect", "edge": "nearest"}
"""Borders that numpy.pad, and with it skimage.transform, call by other names. ``reflect`` changes its meaning."""

GRID_TO_OPSIN = {"grid-mirror": "reflect", "grid-wrap": "wrap", "grid-constant": "constant"}
"""Further names of scipy.ndimage for the same borders."""


class NotExpressedError(NotImplementedError):
    """A call of a peer's function that opsin has no equivalent of."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class RefusedError(RuntimeError, ValueError, TypeError):
    """A call that opsin refuses; peers choose between these three classes by other rules."""


def adapting(adapters: dict[str, Adapter], peer: Callable[[str], Adapter]) -> Callable[[Adapter], Adapter]:
    """Return a decorator that enters an adapter in a table, under its own name and with the peer's signature."""

    def decorate(adapter: Adapter) -> Adapter:
        name = adapter.__name__

        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return adapter(*args, **kwargs)
            except NotExpressedError:
                raise
            except (TypeError, ValueError) as error:
                raise RefusedError(f"{type(error).__name__}: {error}") from error

        adapters[name] = functools.wraps(peer(name))(call)
        return adapter

    return decorate


def renamed(mode: Any, names: dict[str, str]) -> Any:
    """Return a border, or the border of each axis, in opsin's words; others are passed on for opsin to refuse."""
    if isinstance(mode, str):
        return names.get(mode, mode)
    if isinstance(mode, Sequence):
        return [renamed(one, names) for one in mode]
    return mode
