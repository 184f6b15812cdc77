"""Parameters for the laws."""

SAMPLES = [
    {"percentile": 30},
    {"percentile": 0, "footprint": 5},
    {"percentile": 100, "footprint": 4},
    {"percentile": 90, "footprint": 21},
    {"percentile": 50, "footprint": (4, 7), "mode": "constant", "cval": 1},
]
