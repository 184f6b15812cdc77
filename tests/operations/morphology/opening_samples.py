"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"footprint": 4, "mode": "mirror"},
    {"footprint": np.array([[0, 1, 1, 0, 0], [0, 0, 1, 0, 0]]), "iterations": 2},
]
