"""Parameters for the laws."""

import numpy as np

SAMPLES = [{"s2": lambda image: np.arange(image.size).reshape(image.shape) // 7 % 4}]
