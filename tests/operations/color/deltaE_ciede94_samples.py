"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [{"lab2": np.flip}, {"lab2": (50, 10, -20), "kL": 2, "k1": 0.048, "k2": 0.014}]
