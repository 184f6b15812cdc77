"""Parameters for the laws."""

SAMPLES = [
    {"upscale": 3, "mode": "mirror"},
    {"upscale": 1.5, "sigma": 2, "mode": "wrap"},
    {"sigma": 0.1, "order": 3, "mode": "constant", "cval": 1},
]
