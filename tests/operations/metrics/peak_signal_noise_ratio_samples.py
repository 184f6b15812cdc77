"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [
    {"image_test": np.flip},
    {"image_test": np.flip, "data_range": 7},
]
