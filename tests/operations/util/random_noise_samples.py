"""Parameters for the laws."""

SAMPLES = [
    {"mode": "speckle", "var": 0.04, "mean": 0.1},
    {"mode": "localvar"},
    {"mode": "poisson"},
    {"mode": "s&p", "amount": 0.3, "salt_vs_pepper": 0.2},
    {"mode": "salt"},
    {"mode": "pepper", "clip": False},
]
