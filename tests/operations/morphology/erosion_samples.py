"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": ((np.array([[1, 1, 0]]), 2), (np.ones((2, 1)), 1))},
    {"footprint": 5},
    {"footprint": 7, "mode": "constant", "cval": 1},
    {"footprint": 9},
    {"footprint": np.array([[1, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1]])},
    {"footprint": 3, "mode": "wrap"},
    {"footprint": np.ones(5)},
]
