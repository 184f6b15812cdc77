"""Parameters for the laws."""

SAMPLES = [
    {"block_size": 15},
    {"block_size": 7, "method": "mean", "offset": 0.5},
    {"block_size": (3, 5), "method": "median", "mode": "nearest"},
    {"param": 1.5},
]
