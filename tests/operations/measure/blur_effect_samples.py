"""Parameters for the laws."""

SAMPLES = [{"h_size": 4}]
