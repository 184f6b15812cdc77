"""Parameters for the laws."""

SAMPLES = [{"weights": (1, 0, 0)}, {"weights": (0.5, -0.25, 2)}]
