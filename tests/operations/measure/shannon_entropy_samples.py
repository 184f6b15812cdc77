"""Parameters for the laws."""

SAMPLES = [{"base": 10}]
