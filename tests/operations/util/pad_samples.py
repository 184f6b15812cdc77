"""Parameters for the laws."""

SAMPLES = [
    {"pad_width": 3},
    {"pad_width": (0, 2), "mode": "wrap"},
    {"pad_width": ((1, 20), (0, 5)), "mode": "mirror"},
]
