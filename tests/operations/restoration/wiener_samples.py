"""Parameters for the laws."""

import numpy as np

SAMPLES = [
    {"psf": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16, "balance": 0.1},
    {"psf": np.array([0.2, 0.5, 0.3]), "balance": 3.0, "reg": np.array([-1, 2, -1])},
    {"psf": np.ones((2, 3, 3)) / 18, "balance": 1.0},
]
