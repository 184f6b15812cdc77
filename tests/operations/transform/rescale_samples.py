"""Parameters for the laws."""

SAMPLES = [
    {"scale": 0.5},
    {"scale": 0.5, "order": "area"},
    {"scale": (2, 0.3)},
    {"scale": 3, "order": 3},
]
