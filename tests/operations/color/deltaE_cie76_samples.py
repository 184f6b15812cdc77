"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [{"lab2": np.flip}, {"lab2": (50, 10, -20)}]
