"""Parameters for the laws."""

SAMPLES = [{"spacing": 0.5}]
