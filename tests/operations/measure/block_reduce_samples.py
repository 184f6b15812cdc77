"""Parameters for the laws; a function makes an array for the image that is tried."""

import numpy as np

SAMPLES = [{"block_size": 3, "func": lambda image: np.max}, {"block_size": (1, 2), "func_kwargs": {"dtype": float}}]
