"""Random generators."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._errors import integer


def as_generator(rng: Any) -> np.random.Generator:
    """Return the generator for the parameter `rng`: a seed, a generator, or None for a new one."""
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    return np.random.default_rng(integer("rng", rng, low=0))
