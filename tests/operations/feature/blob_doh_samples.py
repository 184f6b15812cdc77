"""Parameters for the laws."""

SAMPLES = [{"max_sigma": 5, "num_sigma": 3, "threshold": 1e-4, "log_scale": True}]
