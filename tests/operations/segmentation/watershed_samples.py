"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np


def corners(image: np.ndarray) -> np.ndarray:
    markers = np.zeros(image.shape, np.int32)
    markers.flat[0], markers.flat[-1] = 1, 2
    return markers


SAMPLES = [
    {"markers": corners},
    {"markers": corners, "watershed_line": True},
    {"markers": 5, "compactness": 10.0, "mask": lambda image: image > image.min()},
]
