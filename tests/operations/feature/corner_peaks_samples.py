"""Parameters for the laws."""

SAMPLES = [{"min_distance": 3, "threshold_abs": 0.5, "exclude_border": 1}]
