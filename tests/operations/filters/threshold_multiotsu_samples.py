"""Parameters for the laws."""

import numpy as np

SAMPLES = [{"classes": 2, "hist": np.array([3, 1, 0, 2])}, {"hist": np.array([3, 1, 0, 2, 5])}]

DEFAULTS = False
