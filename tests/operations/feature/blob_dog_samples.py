"""Parameters for the laws."""

SAMPLES = [{"max_sigma": 3, "threshold": 0.01}]
