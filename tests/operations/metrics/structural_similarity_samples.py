"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [
    {"im2": np.flip},
    {"im2": np.flip, "gaussian_weights": True, "use_sample_covariance": False, "full": True},
    {"im2": np.flip, "gradient": True},
]
