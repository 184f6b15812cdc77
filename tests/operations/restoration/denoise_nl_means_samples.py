"""Parameters for the laws."""

SAMPLES = [
    {"patch_size": 3, "patch_distance": 2, "h": 0.5},
    {"patch_size": 4, "patch_distance": 1, "h": 3.0, "sigma": 0.1},
]
