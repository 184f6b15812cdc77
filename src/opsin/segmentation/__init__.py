"""Taking images apart into regions."""

from .clear_border import clear_border

__all__ = [
    "clear_border",
]
