"""Parameters for the laws."""

SAMPLES = [{"sigma": 2}]
