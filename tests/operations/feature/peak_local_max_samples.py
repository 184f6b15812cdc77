"""Parameters for the laws."""

SAMPLES = [
    {"min_distance": 2, "threshold_rel": 0.3, "exclude_border": False, "p_norm": 2},
    {"footprint": 3, "num_peaks": 5},
]
