"""Parameters for the laws."""

SAMPLES = [{"window_size": 5, "k": 0.4}, {"window_size": (3, 7), "r": 2.0}]
