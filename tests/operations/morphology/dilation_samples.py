"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": 5},
    {"footprint": 7, "mode": "constant", "cval": 1},
    {"footprint": 6},
    {"footprint": np.array([[1, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1]])},
    {"footprint": 3, "mode": "reflect"},
    {"footprint": np.ones(4)},
]
