"""Parameters for the laws."""

SAMPLES = [{"tolerance": 0.3, "min_size": 4, "grow": 2}, {"value": 1, "tolerance": 0.1}]
