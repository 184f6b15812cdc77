"""Parameters for the laws."""

SAMPLES = [
    {"low_sigma": 15.0},
    {"low_sigma": 0.5, "high_sigma": 2.5, "mode": "mirror"},
    {"low_sigma": (0, 1), "high_sigma": (1, 1.5), "truncate": 3.0},
]
