"""Parameters for the laws."""

SAMPLES = [{"scale": 100, "sigma": 0, "min_size": 3}, {"scale": 0, "min_size": 1}]
