"""Parameters for the laws."""

SAMPLES = [{"neighborhood": 8}]
