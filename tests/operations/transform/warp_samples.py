"""Parameters for the laws."""

import numpy as np


def turned(image):
    """Return a function that mixes the axes, for any number of them."""
    return lambda points: 0.9 * points + 0.2 * points[:, ::-1] - 0.7


def bent(image):
    return lambda points: points + 0.6 * np.sin(points[:, ::-1])


SAMPLES = [
    {"inverse_map": turned},
    {"inverse_map": turned, "order": "cubic", "mode": "reflect"},
    {"inverse_map": bent, "order": "nearest", "mode": "wrap"},
]
