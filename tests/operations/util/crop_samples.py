"""Parameters for the laws."""

SAMPLES = [
    {"crop_width": 0},
    {"crop_width": ((1, 0), (0, 0))},
]
