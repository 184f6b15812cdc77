"""Parameters for the laws."""

import numpy as np

SAMPLES = [{"hist": np.array([1, 5, 9, 5, 1, 1, 4, 8, 4, 1, 1])}]

DEFAULTS = False
