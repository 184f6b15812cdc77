"""Parameters for the laws."""

SAMPLES = [{"sigma": 2.5}, {"sigma": (0.7, 1.2), "mode": "mirror", "truncate": 3.0}]
