"""Parameters for the laws."""

import numpy as np

SAMPLES = [{"nbins": 16}, {"hist": np.array([3, 1, 0, 2])}]
