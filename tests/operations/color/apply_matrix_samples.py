"""Parameters for the laws."""

import numpy as np

TURN = [[1, 0, 0], [0, 0.6, 0.8], [0, -0.8, 0.6]]

SAMPLES = [
    {"matrix": np.eye(3)[::-1]},
    {"matrix": TURN, "space": "logit"},
    {"matrix": [[0.5, 0.5, 0, 0.1], [0, 1, 0, 0], [0.2, 0, 0.7, 0]], "space": "linear"},
]
