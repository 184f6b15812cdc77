"""Parameters for the laws."""

SAMPLES = [{"directions": 2}]
