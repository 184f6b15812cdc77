"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [{"image1": np.flip}, {"image1": np.flip, "method": "modified", "spacing": 0.5}]
