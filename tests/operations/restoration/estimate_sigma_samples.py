"""Parameters for the laws."""

SAMPLES = [{"average_sigmas": True, "data_range": 1}]
