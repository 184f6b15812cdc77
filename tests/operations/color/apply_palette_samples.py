"""Parameters for the laws."""

import numpy as np

COLORS = np.arange(12, dtype=np.uint8).reshape(4, 3)

SAMPLES = [{"palette": COLORS}, {"palette": np.linspace(0, 1, 5)}, {"palette": COLORS.astype(np.uint16)}]
