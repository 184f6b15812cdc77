"""Parameters for the laws."""

SAMPLES = [
    {"n_segments": 5, "compactness": 0.1, "max_num_iter": 3},
    {"n_segments": 9, "sigma": 1.5, "enforce_connectivity": False},
    {"n_segments": 6, "compactness": 0.1, "slic_zero": True},
    {"n_segments": 5, "start_label": 0},
    {"n_segments": 4, "mask": lambda image: image < 2},
]
