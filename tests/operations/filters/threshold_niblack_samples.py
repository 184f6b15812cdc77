"""Parameters for the laws."""

SAMPLES = [{"window_size": 5, "k": -0.3}, {"window_size": (3, 7), "mode": "reflect"}]
