"""Parameters for the laws."""

import numpy as np

SAMPLES = [{"weight": 0.3, "tolerance": 0}, {"initial": np.zeros_like}]
