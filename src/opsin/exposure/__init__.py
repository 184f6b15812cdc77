"""Histograms and the distribution of gray levels."""

from typing import TYPE_CHECKING

from .._names import public
from .histogram import histogram

__all__ = [
    "histogram",
]

if not TYPE_CHECKING:  # a type checker would take every name for an attribute
    __getattr__, __dir__ = public(__name__, __all__)
