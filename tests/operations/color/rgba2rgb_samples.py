"""Parameters for the laws."""

SAMPLES = [{"background": (0, 0.25, 0.5)}]
