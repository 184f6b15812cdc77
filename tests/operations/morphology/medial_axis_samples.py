"""Parameters for the laws; a function makes a value for the image that is tried."""

import numpy as np

SAMPLES = [
    {"rng": 0},
    {"rng": 1, "mask": lambda image: np.indices(image.shape).sum(axis=0) % 5 > 0},
]
