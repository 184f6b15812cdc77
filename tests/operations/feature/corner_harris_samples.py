"""Parameters for the laws."""

SAMPLES = [{"method": "eps", "sigma": 0.5}, {"k": 0.2, "sigma": (2, 0)}]
