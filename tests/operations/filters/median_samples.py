"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": 5},
    {"footprint": 7, "mode": "wrap"},
    {"footprint": (4, 9)},
    {"footprint": 21},
    {"footprint": np.ones(5)},
    {"footprint": np.array([[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])},
]
