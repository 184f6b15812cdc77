"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": 5},
    {"footprint": (4, 9), "mode": "constant", "cval": 1},
    {"footprint": 21, "mode": "wrap"},
    {"footprint": np.array([[1, 0, 1], [0, 1, 1]]), "origin": (0, 1)},
]
