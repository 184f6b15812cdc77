"""Parameters for the laws."""

import numpy as np

RNG = np.random.default_rng(0)
BELL = np.outer([1, 2, 3, 2, 1], [1, 4, 6, 4, 1]) / 144

SAMPLES = [
    {"weights": BELL, "mode": "mirror"},
    {"weights": np.array([-1.0, 0, 1])},
    {"weights": np.array([0.25, 0.5, 0.25]), "mode": "constant", "cval": 1},
    {"weights": RNG.random((3, 4)), "origin": (1, -2)},
    {"weights": np.array([[0, 1, 0], [1, 2, 1], [0, 1, 0]]) / 6, "mode": "wrap"},
    {"weights": np.outer(RNG.random(9) + 1, RNG.random(8) + 1)},
    {"weights": np.full((5, 4), 0.05)},
    {"weights": np.ones((30, 31))},
    {"weights": RNG.random((38, 39))},
    {"weights": RNG.random((2, 3, 4)) - 0.5},
    {"weights": np.ones((3, 3, 3)) / 27},
    {"weights": RNG.random((3, 1, 2, 3)) - 0.5},
]
