"""Parameters for the laws."""

SAMPLES = [
    {"sigma": 2.5},
    {"sigma": 0.6, "order": 1, "mode": "reflect"},
    {"sigma": (0, 1.2), "order": (0, 2)},
    {"sigma": 24},
    {"sigma": 3, "radius": 4},
    {"sigma": (1, 30.5), "truncate": 3.0, "mode": "reflect"},
]
