"""Parameters for the laws."""

SAMPLES = [{"fraction_threshold": 0.9, "lower_percentile": 0, "upper_percentile": 100}]
