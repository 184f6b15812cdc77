"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [
    {"mask": lambda seed: np.maximum(seed, np.roll(seed, 2))},
    {"mask": lambda seed: np.minimum(seed, np.roll(seed, 1, axis=-1)), "method": "erosion"},
    {"mask": lambda seed: np.maximum(seed, seed[::-1]), "footprint": np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])},
]
