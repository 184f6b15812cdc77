"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": ((np.array([[1, 1, 0]]), 2), (np.ones((2, 1)), 1))},
    {"footprint": 4, "mode": "mirror"},
    {"footprint": np.array([[0, 1, 1, 0, 0], [0, 0, 1, 0, 0]]), "iterations": 2},
]
