"""Parameters for the laws."""

SAMPLES = [
    {"win_size": 3, "sigma_color": 0.2, "mode": "mirror"},
    {"sigma_spatial": 0.5, "mode": "wrap"},
    {"win_size": 4, "sigma_color": 3.0, "cval": 1},
]
