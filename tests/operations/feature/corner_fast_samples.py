"""Parameters for the laws."""

SAMPLES = [{"n": 5, "threshold": 0.01}, {"n": 1, "threshold": 0}]
