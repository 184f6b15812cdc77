"""Parameters for the laws."""

SAMPLES = [
    {"factors": 2},
    {"factors": (2, 3)},
    {"factors": 5, "cval": 1},
]
