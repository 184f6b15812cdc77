"""Parameters for the laws."""

SAMPLES = [{"sigma": 1.5}, {"sigma": (0.7, 2.0), "mode": "nearest"}]
